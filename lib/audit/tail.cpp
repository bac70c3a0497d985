#include "audit/tail.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "base/error.hpp"
#include "digest/sha256.hpp"

namespace sandbox::audit {

namespace {

std::uint64_t size_of(int fd, std::string_view subject) {
  struct stat info {};
  if (::fstat(fd, &info) < 0) throw_system_error("cannot look at", subject);
  return static_cast<std::uint64_t>(info.st_size);
}

/// The last bytes of the file.
std::string read_end(int fd, std::uint64_t size, std::size_t count, std::string_view subject) {
  std::string bytes(count, '\0');
  const ssize_t n = ::pread(fd, bytes.data(), count, static_cast<off_t>(size - count));
  if (n < 0) throw_system_error("cannot read", subject);
  if (static_cast<std::size_t>(n) != count) throw Error(ExitCode::failed, fmt::format("'{}' has become shorter", subject));
  return bytes;
}

}  // namespace

std::uint64_t number_of(std::string_view line) {
  constexpr std::string_view kBegin = R"({"schema":"sandbox.entry/1","number":)";
  std::uint64_t number = 0;
  if (!line.starts_with(kBegin)) return 0;
  line.remove_prefix(kBegin.size());
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
  return error == std::errc() ? number : 0;
}

Tail read_tail(int fd, std::string_view subject) {
  constexpr std::size_t kMostSearched = std::size_t{64} << 20;
  const std::uint64_t size = size_of(fd, subject);
  for (std::size_t count = 4096;; count *= 4) {
    count = static_cast<std::size_t>(std::min<std::uint64_t>(count, size));
    const std::string bytes = read_end(fd, size, count, subject);
    const std::size_t last = bytes.rfind('\n');
    const std::size_t before = last == bytes.npos || last == 0 ? bytes.npos : bytes.rfind('\n', last - 1);
    const bool is_all = count == size;
    if (before == bytes.npos && !is_all) {
      if (count >= kMostSearched) throw Error(ExitCode::failed, fmt::format("'{}' does not end with an entry", subject));
      continue;
    }
    if (last == bytes.npos) return {0, bytes, std::nullopt};
    const std::size_t begin = before == bytes.npos ? 0 : before + 1;
    const std::string_view line = std::string_view(bytes).substr(begin, last - begin);
    return {size - count + last + 1, bytes.substr(last + 1), Head{number_of(line), digest::sha256_hex(line)}};
  }
}

}  // namespace sandbox::audit
