#pragma once
// ItemReader: the entries of a tree from a pipe. Everything in it is hostile: what is not as
// tree.hpp says is refused here, so that whoever reads entries sees only plain names and
// lengths within bounds. Freestanding: every function returns 0 or an errno; EBADMSG is a
// malformed stream, EPIPE one that was cut off.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "wire/item_writer.hpp"
#include "wire/tree.hpp"

namespace sandbox::wire {

class ItemReader {
 public:
  explicit ItemReader(int pipe, Onlooker onlooker = {}) : pipe_(pipe), onlooker_(onlooker) {}

  /// The next entry; name() and text() are valid until the one after it. The bytes of `data`
  /// must be taken before.
  int next(ItemHeader& header);
  std::string_view name() const { return {name_, name_length_}; }
  std::string_view text() const { return {text_, text_length_}; }
  /// The name with a NUL at its end.
  const char* c_name() const { return name_; }
  const char* c_text() const { return text_; }

  /// Some of `most` bytes; 0 is an error of the stream.
  int take(std::size_t most, std::string_view& bytes);
  /// Takes `size` bytes and writes them into a file at `offset`. `written` tells whose error it
  /// is: the stream's when 0 is not reached and `failed_to_write` is false.
  int take_into(int file, std::uint64_t offset, std::uint64_t size, bool& failed_to_write);

 private:
  int fill();
  int read_exactly(void* into, std::size_t size);
  bool is_well_formed(const ItemHeader& header) const;
  int splice_into(int file, std::uint64_t& offset, std::uint64_t& left, bool& failed_to_write);
  int wait();

  int pipe_;
  Onlooker onlooker_;
  bool may_splice_ = true;
  std::size_t at_ = 0, size_ = 0;  // of what is in the buffer
  std::size_t name_length_ = 0, text_length_ = 0;
  char name_[kMaxName + 1] = {};
  char text_[kMaxText + 1] = {};
  char buffer_[64 * 1024];
};

}  // namespace sandbox::wire
