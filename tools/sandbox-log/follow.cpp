#include "follow.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "audit/tail.hpp"
#include "base/error.hpp"

namespace sandbox::tool {

namespace {

constexpr int kLookAgainMs = 100;

std::uint64_t size_of(const Fd& fd) {
  struct stat info {};
  if (::fstat(fd.get(), &info) < 0) throw_system_error("cannot look at the log");
  return static_cast<std::uint64_t>(info.st_size);
}

/// One open file of the log and how far it was read.
struct Reading {
  audit::LogFile file;
  std::uint64_t offset = 0;

  void read_new(const std::function<void(std::string_view)>& visit) {
    file.size = size_of(file.fd);
    if (file.size < offset) offset = file.size;  // a torn line was cut off
    audit::Lines lines(file, offset);
    while (const auto line = lines.next()) {
      visit(*line);
      offset = lines.offset() + line->size() + 1;
    }
  }

  bool is_current(const Path& directory) const {
    struct stat ours {}, current {};
    return ::fstat(file.fd.get(), &ours) == 0 && ::stat((directory / audit::kCurrentName).c_str(), &current) == 0 &&
           ours.st_ino == current.st_ino && ours.st_dev == current.st_dev;
  }
};

std::optional<Reading> open_current(const Path& directory) {
  Fd fd(::open((directory / audit::kCurrentName).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd && errno == ENOENT) return std::nullopt;
  if (!fd) throw_system_error("cannot open", (directory / audit::kCurrentName).native());
  return Reading{{audit::kCurrentName, std::move(fd), 0, 0}, 0};
}

bool has_reader() {
  pollfd reader{1, 0, 0};
  return ::poll(&reader, 1, kLookAgainMs) <= 0 || (reader.revents & (POLLERR | POLLNVAL)) == 0;
}

/// Where what was seen already ends.
std::optional<Reading> where_it_ends(const Path& directory, const std::vector<audit::LogFile>& seen) {
  auto reading = open_current(directory);
  if (!reading || seen.empty() || seen.back().name != audit::kCurrentName) return reading;
  audit::Lines lines(seen.back());
  while (const auto line = lines.next()) reading->offset = lines.offset() + line->size() + 1;
  return reading;
}

}  // namespace

void follow(const Path& directory, const std::vector<audit::LogFile>& seen, const std::function<void(std::string_view)>& visit) {
  auto reading = where_it_ends(directory, seen);
  while (has_reader()) {
    if (reading) {
      const bool was_current = reading->is_current(directory);  // asked first: what comes before it was put aside is read below
      reading->read_new(visit);
      if (was_current) continue;
    }
    if (auto next = open_current(directory)) {
      reading = std::move(next);
      reading->read_new(visit);
    }
  }
}

}  // namespace sandbox::tool
