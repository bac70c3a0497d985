#include "record/stream.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/file.hpp"

namespace sandbox::record {

bool Reader::read_line(std::string& line) {
  std::size_t searched = 0;
  for (;;) {
    const std::size_t end = buffer_.find('\n', searched);
    if (end != std::string::npos) {
      line.assign(buffer_, 0, end);
      buffer_.erase(0, end + 1);
      return true;
    }
    searched = buffer_.size();
    if (searched > kMaxLine)
      throw Error(ExitCode::input, fmt::format("{}:{}: a line of more than {} MiB", subject_,
                                               line_ + 1, kMaxLine >> 20));
    if (at_end_) {
      line = std::exchange(buffer_, {});
      return !line.empty();
    }
    char chunk[65536];
    const std::size_t n = read_some(fd_, chunk, sizeof chunk, subject_, ExitCode::input);
    at_end_ = n == 0;
    buffer_.append(chunk, n);
  }
}

std::optional<Json> Reader::next() {
  std::string line;
  while (read_line(line)) {
    ++line_;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    Json record = parse(line, fmt::format("{}:{}", subject_, line_));
    if (!record.is_object() || !record.contains("schema") || !record["schema"].is_string())
      throw Error(ExitCode::input, fmt::format("{}:{}: not a record: no 'schema'", subject_, line_),
                  "records are JSON objects, one per line; see sandbox-record(7)");
    return record;
  }
  return std::nullopt;
}

void write(int fd, const Json& record, std::string_view subject) {
  write_all(fd, dump(record) + "\n", subject);
}

}  // namespace sandbox::record
