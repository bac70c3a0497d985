#pragma once
// ItemWriter: the entries of a tree into a pipe. Small things are gathered; the bytes of large
// files go from descriptor to pipe. Freestanding: every function returns 0 or an errno.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "wire/page_ring.hpp"
#include "wire/tree.hpp"

namespace sandbox::wire {

/// Whether pages of a file may sit in the pipe. Never those of a file of the host: hostile code
/// holds the other end.
enum class Pages { copied, lent };

/// Is told now and then how many more bytes have moved, none while it waits; true asks to stop.
struct Onlooker {
  bool (*look)(void* context, std::uint64_t moved) = nullptr;
  void* context = nullptr;
  bool asks_to_stop(std::uint64_t moved) const { return look && look(context, moved); }
  /// For poll(2): so that it sees a copy that stands still, too.
  int patience() const { return look ? 200 : -1; }
};

class ItemWriter {
 public:
  ItemWriter(int pipe, Pages pages, Onlooker onlooker = {}) : pipe_(pipe), pages_(pages), onlooker_(onlooker) {}

  int put(const ItemHeader& header, std::string_view name = {}, std::string_view text = {});
  /// An entry `data` with bytes from memory.
  int put_data(std::uint64_t offset, std::string_view bytes);
  /// The same with `size` bytes of a file from `from` on, zeros where it ends before.
  int put_data_of(int file, std::uint64_t from, std::uint64_t offset, std::uint64_t size);
  int flush();

  std::uint64_t bytes() const { return bytes_; }

 private:
  int append(const void* data, std::size_t size);
  int write_out(const char* data, std::size_t size);
  int wait();
  int lend(int file, std::uint64_t& offset, std::uint64_t& left);
  int copy(int file, std::uint64_t& offset, std::uint64_t& left);
  int give(char* pages, std::size_t size);

  int pipe_;
  Pages pages_;
  Onlooker onlooker_;
  PageRing ring_;
  std::uint64_t bytes_ = 0;  // of files
  std::size_t size_ = 0;
  char buffer_[64 * 1024];
};

}  // namespace sandbox::wire
