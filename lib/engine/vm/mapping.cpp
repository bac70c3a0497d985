#include "engine/vm/mapping.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>

#include "base/error.hpp"
#include "base/file.hpp"

namespace sandbox::engine {

namespace {

constexpr std::size_t kMostText = 16 << 20;

struct Piece {
  std::uint64_t begin = 0, end = 0, offset = 0, inode = 0;
  bool is_private = false;
};

/// Takes a word off the front.
std::string_view take_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  const std::string_view taken = line.substr(0, line.find(' '));
  line.remove_prefix(taken.size());
  return taken;
}

std::uint64_t number(std::string_view text, int base) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, base);
  return value;
}

/// "begin-end permissions offset device inode path"
Piece piece_of(std::string_view line) {
  Piece piece;
  const std::string_view range = take_word(line), permissions = take_word(line), offset = take_word(line);
  take_word(line);
  const std::size_t dash = range.find('-');
  if (dash == range.npos) return piece;
  piece.begin = number(range.substr(0, dash), 16);
  piece.end = number(range.substr(dash + 1), 16);
  piece.is_private = permissions.size() == 4 && permissions[3] == 'p';
  piece.offset = number(offset, 16);
  piece.inode = number(take_word(line), 10);
  return piece;
}

}  // namespace

std::uint64_t find_mapping(std::string_view maps, std::uint64_t inode, std::uint64_t bytes) {
  std::uint64_t begin = 0, end = 0;
  while (!maps.empty()) {
    const std::size_t newline = std::min(maps.find('\n'), maps.size());
    const Piece piece = piece_of(maps.substr(0, newline));
    maps.remove_prefix(std::min(newline + 1, maps.size()));
    if (piece.inode != inode || !piece.is_private) continue;
    if (piece.offset == 0) begin = end = piece.begin;
    if (piece.begin == end && piece.offset == end - begin) end = piece.end;
    if (begin != 0 && end - begin >= bytes) return begin;
  }
  return 0;
}

std::uint64_t mapped_at(const Fd& process, const Fd& file, std::uint64_t bytes) {
  struct stat info {};
  if (::fstat(file.get(), &info) < 0) throw_system_error("cannot look at the machine's memory");
  const Fd maps = checked_fd(::openat(process.get(), "maps", O_RDONLY | O_CLOEXEC), "cannot read", "maps");
  const std::uint64_t found = find_mapping(read_all(maps.get(), kMostText, "maps"), info.st_ino, bytes);
  if (found == 0) throw Error(ExitCode::failed, "the machine's memory cannot be found in its QEMU");
  return found;
}

}  // namespace sandbox::engine
