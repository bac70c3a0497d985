#pragma once
// JSON Lines in and out. A record is written whole or the tool fails; a line that is not a
// record is refused with its number.
#include <optional>
#include <string>

#include "record/json.hpp"

namespace sandbox::record {

/// Reads one record per line from a descriptor it borrows.
class Reader {
 public:
  static constexpr std::size_t kMaxLine = std::size_t{64} << 20;

  explicit Reader(int fd, std::string subject = "stdin") : fd_(fd), subject_(std::move(subject)) {}

  /// The next record, or nothing at the end. Empty lines are skipped. Throws Error(input)
  /// naming the line for anything that is not a JSON object with a `schema`.
  std::optional<Json> next();

  /// The number of the line that next() returned last; the first is 1.
  std::size_t line() const { return line_; }

 private:
  bool read_line(std::string& line);
  int fd_;
  std::string subject_;
  std::string buffer_;
  std::size_t line_ = 0;
  bool at_end_ = false;
};

/// One line, written whole; throws when stdout is closed or full.
void write(int fd, const Json& record, std::string_view subject = "stdout");

}  // namespace sandbox::record
