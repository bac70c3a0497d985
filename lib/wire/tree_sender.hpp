#pragma once
// TreeSender: files, folders and links as entries, read where they are and never through a
// link. Freestanding; false with a failure when something could not be sent.
#include <sys/stat.h>

#include <cstdint>

#include "wire/failure.hpp"
#include "wire/inode_table.hpp"
#include "wire/item_writer.hpp"

namespace sandbox::wire {

class TreeSender {
 public:
  TreeSender(int pipe, Pages pages, const TreeOptions& options = {}, Onlooker onlooker = {})
      : out_(pipe, pages, onlooker), options_(options) {}

  /// `name` in `parent`, as `shown`.
  bool send(int parent, const char* name, std::string_view shown);
  /// What is in the directory.
  bool send_contents(int directory);
  /// The end, or what went wrong.
  bool finish();
  /// Of what no file has.
  bool fail(Problem problem, int error, std::string_view path);

  const Failure& failure() const { return failure_; }
  std::uint64_t files() const { return files_; }
  std::uint64_t bytes() const { return out_.bytes(); }

 private:
  bool entry(int parent, const char* name, std::string_view shown, std::size_t depth);
  bool directory(int parent, const char* name, std::string_view shown, const struct stat& info, std::size_t depth);
  bool children(int directory, std::size_t depth);
  bool file(int parent, const char* name, std::string_view shown, const struct stat& info);
  bool without_bytes(std::string_view shown, const struct stat& info, std::uint8_t flag);
  bool content(int file, const struct stat& info);
  bool growing(int file, std::uint64_t& size);
  bool link(int parent, const char* name, std::string_view shown, const struct stat& info);
  bool hard_link(std::string_view shown, const struct stat& info, bool& sent);
  bool is_since(const struct stat& info) const;
  bool sent(int error) { return error == 0 || failure_.set(error == kStopped ? Problem::stopped : Problem::cut_off, error, path_); }

  static const int kStopped;
  ItemWriter out_;
  TreeOptions options_;
  PathText path_;
  Failure failure_;
  InodeTable inodes_;
  std::uint64_t files_ = 0;
};

}  // namespace sandbox::wire
