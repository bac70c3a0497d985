#include "audit/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <utility>

#include "audit/tail.hpp"
#include "base/denied.hpp"
#include "base/error.hpp"
#include "base/lock.hpp"

namespace sandbox::audit {

namespace {

constexpr std::size_t kDigits = 20;
constexpr std::string_view kSuffix = ".jsonl";

std::optional<LogFile> take(const Path& directory, const std::string& name) {
  LogFile file{name, Fd(::open((directory / name).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)), 0, 0};
  if (!file.fd && errno == ENOENT) return std::nullopt;
  if (!file.fd) throw_system_error("cannot open", (directory / name).native());
  struct stat info {};
  if (::fstat(file.fd.get(), &info) < 0) throw_system_error("cannot look at", (directory / name).native());
  file.size = static_cast<std::uint64_t>(info.st_size);
  file.changed_ns = info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec;
  return file;
}

}  // namespace

std::string name_for(std::uint64_t first_number) { return fmt::format("{:020}{}", first_number, kSuffix); }

std::optional<std::uint64_t> number_in_name(std::string_view name) {
  std::uint64_t number = 0;
  if (name.size() != kDigits + kSuffix.size() || !name.ends_with(kSuffix)) return std::nullopt;
  const auto [end, error] = std::from_chars(name.data(), name.data() + kDigits, number);
  if (error != std::errc() || end != name.data() + kDigits) return std::nullopt;
  return number;
}

std::vector<std::string> put_aside_names(const Path& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error))
    if (number_in_name(entry.path().filename().native())) names.push_back(entry.path().filename());
  if (error && error != std::errc::no_such_file_or_directory)
    throw Error(code_of(error.value()), fmt::format("cannot read '{}': {}", directory.native(), error.message()));
  std::sort(names.begin(), names.end());
  return names;
}

std::optional<Head> head_of_last_put_aside(const Path& directory) {
  const std::vector<std::string> names = put_aside_names(directory);
  if (names.empty()) return std::nullopt;
  const auto file = take(directory, names.back());
  return file ? read_tail(file->fd.get(), file->name).head : std::nullopt;
}

std::vector<LogFile> take_files(const Path& directory) {
  constexpr std::chrono::milliseconds kPatience{2000};
  std::vector<LogFile> files;
  std::error_code error;
  if (!std::filesystem::exists(directory / kLockName, error)) return files;  // a reader makes nothing
  // Without the lock, too, after a while: a stopped writer must not hide the log. What it was
  // about to write then looks torn.
  Fd lock = lock_file_for_reading(directory / kLockName);
  if (lock && ::access((directory / kLockName).c_str(), W_OK) == 0)
    if (auto held = lock_file_within(directory / kLockName, kPatience, Share::shared)) lock = std::move(*held);
  for (const std::string& name : put_aside_names(directory))
    if (auto file = take(directory, name)) files.push_back(std::move(*file));
  if (auto file = take(directory, kCurrentName)) files.push_back(std::move(*file));
  return files;
}

bool Lines::fill() {
  buffer_.erase(0, std::exchange(used_, 0));
  constexpr std::size_t kChunk = 1 << 18;
  const std::uint64_t at = offset_ + left_out_ + buffer_.size();
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(kChunk, file_.size - std::min(at, file_.size)));
  if (wanted == 0) return false;
  const std::size_t before = buffer_.size();
  buffer_.resize(before + wanted);
  const ssize_t n = ::pread(file_.fd.get(), buffer_.data() + before, wanted, static_cast<off_t>(at));
  if (n < 0) throw_system_error("cannot read", file_.name);
  buffer_.resize(before + static_cast<std::size_t>(n));
  return n > 0;
}

std::optional<std::string_view> Lines::next() {
  std::size_t searched = used_;
  for (;;) {
    const std::size_t end = buffer_.find('\n', searched);
    if (end != buffer_.npos) {
      const std::string_view line = std::string_view(buffer_).substr(used_, end - used_);
      line_size_ = std::exchange(left_out_, 0) + line.size() + 1;
      offset_ += line_size_;
      used_ = end + 1;
      return line;
    }
    searched = buffer_.size() - used_;
    if (searched > longest_) {
      left_out_ += searched - longest_;
      searched = longest_;
      buffer_.resize(used_ + longest_);
    }
    if (!fill()) break;
  }
  rest_ = left_out_ + buffer_.size() - used_;
  line_size_ = 0;
  return std::nullopt;
}

}  // namespace sandbox::audit
