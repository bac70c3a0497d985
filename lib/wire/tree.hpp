#pragma once
// Tree: files, folders and links as a stream of entries, between a client and a process of the
// agent. Freestanding. A name is one component and never a path: what is below a folder stands
// between its entry and its `end`, so no reader ever resolves what the other side wrote. The one
// path there is, that of a hard link, is walked by component and must lead to a file that came
// by the same stream.
//
//   tree   := entry* (finish | problem)
//   entry  := directory entry* end | file data* end | link | hard_link | remove
//
// Without its `finish` a stream was cut off, and what is incomplete is discarded.
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sandbox::wire {

enum class Item : std::uint8_t {
  directory = 1,  ///< name, mode, time
  file,           ///< name, mode, time, size (as far as known)
  data,           ///< offset, size; the bytes follow. What lies between is a hole
  end,            ///< of the directory or file; of a file: size
  link,           ///< name, time, text: its target
  hard_link,      ///< name, text: the path of a file before it, from the top
  remove,         ///< name: with all that is below it
  finish,         ///< size: bytes, offset: files; with kTimed: time
  problem,        ///< mode: errno, flags: Problem, text: path
};

struct ItemHeader {
  Item item{};
  std::uint8_t flags = 0;
  std::uint16_t name_length = 0;
  std::uint32_t text_length = 0;
  std::uint32_t mode = 0;
  std::uint32_t nanoseconds = 0;
  std::int64_t seconds = 0;
  std::uint64_t size = 0;
  std::uint64_t offset = 0;
};
static_assert(sizeof(ItemHeader) == 40);

inline constexpr std::uint8_t kImplied = 1;    ///< a directory on the way: one that is there stays as it is
inline constexpr std::uint8_t kShared = 2;     ///< a file to which hard links may follow
inline constexpr std::uint8_t kUnchanged = 4;  ///< a file without its bytes: not changed since
inline constexpr std::uint8_t kUnsent = 8;     ///< a file without its bytes: too many of them

inline constexpr std::size_t kMaxName = 255;
inline constexpr std::size_t kMaxText = 65536;
inline constexpr std::size_t kMaxDepth = 256;  ///< each level takes a descriptor

enum class Problem : std::uint8_t {
  none = 0,
  read,         ///< a source
  write,        ///< to the destination
  special,      ///< a device, a socket or a fifo; mode: S_IFMT
  depth,        ///< nested too deeply
  in_the_way,   ///< something else is there: a directory for a file, or the other way round
  malformed,    ///< the stream
  cut_off,      ///< the stream ended before its end
  limit,        ///< more bytes than wanted
  stopped,      ///< by the caller
};

/// How a client wants a tree, in the frames put_tree and get_tree.
struct TreeOptions {
  std::uint32_t flags = 0;
  std::uint32_t zero = 0;
  std::int64_t since_seconds = 0;  ///< with kSince: files that changed earlier come without bytes
  std::uint64_t since_nanoseconds = 0;
  std::uint64_t largest = 0;       ///< with kSince: bytes of the largest file that comes with them
};

inline constexpr std::uint32_t kInto = 1;      ///< put: the path is a folder, made if missing
inline constexpr std::uint32_t kContents = 2;  ///< get: what is in the folder, not the folder
inline constexpr std::uint32_t kSince = 4;     ///< get: only what changed; not what is mounted
inline constexpr std::uint32_t kMayRemove = 8; ///< put: the stream may remove
inline constexpr std::uint32_t kTimed = 16;    ///< put: the answer has the time from which on what changes is later than what came

/// A name that is one component and nothing else.
inline bool is_plain_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxName || name == "." || name == "..") return false;
  for (const char c : name)
    if (c == '/' || c == '\0') return false;
  return true;
}

}  // namespace sandbox::wire
