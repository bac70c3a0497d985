#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/files.hpp"
#include "audit/log.hpp"
#include "audit/tail.hpp"
#include "base/error.hpp"

namespace sandbox::audit {

namespace {

std::chrono::system_clock::time_point last_written(const Path& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) < 0) throw_system_error("cannot look at", path.native());
  return std::chrono::system_clock::from_time_t(info.st_mtim.tv_sec);
}

std::uint64_t first_number(const Fd& file) {
  char begin[64];
  const ssize_t n = ::pread(file.get(), begin, sizeof begin, 0);
  return n > 0 ? number_of({begin, static_cast<std::size_t>(n)}) : 0;
}

Head last_of(const Path& path) {
  const Fd file = checked_fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW), "cannot open", path.native());
  const Tail tail = read_tail(file.get(), path.native());
  if (!tail.head) throw Error(ExitCode::failed, fmt::format("'{}' holds no entry", path.native()), "sandbox-log --verify");
  return *tail.head;
}

}  // namespace

bool Log::put_aside(std::uint64_t at_least) {
  const Writing writing = begin();
  if (writing.size == 0 || writing.size < at_least) return false;
  const std::uint64_t first = first_number(writing.file);
  const Path current = settings_.directory / kCurrentName;
  const Path aside = settings_.directory / name_for(first == 0 ? writing.head->number : first);
  if (::renameat2(AT_FDCWD, current.c_str(), AT_FDCWD, aside.c_str(), RENAME_NOREPLACE) < 0)
    throw_system_error("cannot put the log aside as", aside.native());
  return true;
}

std::vector<std::string> Log::drop_older_than(std::chrono::system_clock::time_point then) {
  Writing writing = begin();
  std::vector<std::string> dropped;
  for (const std::string& name : put_aside_names(settings_.directory)) {
    if (last_written(settings_.directory / name) >= then) break;
    dropped.push_back(name);
  }
  if (dropped.empty()) return dropped;
  const Head last = last_of(settings_.directory / dropped.back());
  // Said before it is done: what a crash leaves in between is dropped by the next run.
  write(writing, draft({"dropped",
                  {},
                  {{"first", std::max<std::uint64_t>(1, number_in_name(dropped.front()).value_or(1))},
                   {"last", last.number},
                   {"head", last.digest}}}));
  for (const std::string& name : dropped)
    if (::unlink((settings_.directory / name).c_str()) < 0) throw_system_error("cannot remove", name);
  return dropped;
}

}  // namespace sandbox::audit
