#pragma once
// TreeReceiver: entries become files, folders and links below one open directory, and nowhere
// else: every name is one component, and no link is followed. What is new appears whole or not
// at all, under a name of ours first; what is there is replaced, folders are gone into.
// Freestanding; false with a failure when something went wrong, and then what was under way is
// removed.
#include <sys/stat.h>

#include <cstdint>

#include "wire/failure.hpp"
#include "wire/handle.hpp"
#include "wire/inode_table.hpp"
#include "wire/item_reader.hpp"

namespace sandbox::wire {

struct ReceiverOptions {
  const char* as = nullptr;  ///< the name of the one file or folder that comes; nothing: their own
  bool may_remove = false;
  std::uint64_t limit = ~std::uint64_t{0};  ///< bytes of files
  Onlooker onlooker{};
};

class TreeReceiver {
 public:
  /// Borrows both.
  TreeReceiver(int pipe, int destination, const ReceiverOptions& options)
      : in_(pipe, options.onlooker), destination_(destination), options_(options) {}

  bool receive();

  const Failure& failure() const { return failure_; }
  /// The other side could not send what it was asked for: its failure.
  bool failed_there() const { return failed_there_; }
  std::uint64_t files() const { return files_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  /// A directory that is being filled.
  struct Level {
    int directory;
    bool is_new;  ///< nobody knows it yet: what is made in it needs no name of ours
    const char* name;
    Level* below;
  };
  class Unfinished;
  struct OpenDirectory {
    Handle opened;
    bool is_new = false;     ///< or in one that is new
    struct stat before {};   ///< of one that was there
  };

  bool entry(Level& level, const ItemHeader& header);
  bool directory(Level& level, const ItemHeader& header, const char* name);
  bool open_directory(const Level& level, Unfinished& made, const char* name, OpenDirectory& out);
  bool close_directory(const ItemHeader& header, const OpenDirectory& directory);
  bool children(Level& level);
  template <class Create>
  bool make(const Level& level, Unfinished& made, const Create& create);
  bool file(Level& level, const ItemHeader& header, const char* name);
  bool content(int file);
  bool link(Level& level, const ItemHeader& header, const char* name);
  bool hard_link(Level& level, const char* name);
  bool remove(const Level& level, const char* name);
  bool commit(const Level& level, Unfinished& made, const char* name, bool is_directory);
  bool find_first(const char* path, int& directory, const char*& name);
  bool next(ItemHeader& header);
  bool broken(int error);
  bool unwritable(int error) { return failure_.set(Problem::write, error, path_); }

  ItemReader in_;
  int destination_;
  ReceiverOptions options_;
  Level top_{};
  PathText path_;
  Failure failure_;
  bool failed_there_ = false;
  std::size_t depth_ = 0;
  InodeTable shared_;
  Handle on_the_way_;
  std::uint64_t files_ = 0, bytes_ = 0;
};

/// Removes a file, or a directory with all in it, and follows nothing.
int remove_at(int directory, const char* name);

}  // namespace sandbox::wire
