#pragma once
// Tail: the end of a log's file, read from behind, so that an entry costs the same however long
// the log is.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "audit/head.hpp"

namespace sandbox::audit {

/// No line is longer; what is too long for one is shortened.
constexpr std::size_t kMaxLine = 64 << 10;

struct Tail {
  std::uint64_t whole_bytes = 0;  ///< up to and with the last newline
  std::string torn;               ///< what follows: the line of a writer that died
  std::optional<Head> head;       ///< of the last whole line; nothing in an empty file
};

Tail read_tail(int fd, std::string_view subject);

/// The number in a line that write_line() made; 0 in any other.
std::uint64_t number_of(std::string_view line);

}  // namespace sandbox::audit
