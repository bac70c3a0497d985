#include "fix.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include "base/child.hpp"
#include "base/error.hpp"
#include "record/stream.hpp"
#include "results/reading.hpp"

namespace sandbox::tool {

namespace {

constexpr std::size_t kKept = 4096;

Fd holding(const record::Report& report) {
  Fd file = checked_fd(::memfd_create("report", MFD_CLOEXEC), "cannot keep", "the report");
  record::write(file.get(), report, "the report");
  if (::lseek(file.get(), 0, SEEK_SET) < 0) throw_system_error("cannot rewind", "the report");
  return file;
}

std::vector<std::string> environment_here() {
  std::vector<std::string> all;
  for (char** variable = environ; *variable; ++variable) all.emplace_back(*variable);
  return all;
}

/// Passes all of it on, and keeps the end.
std::string hear(const Fd& pipe) {
  std::string kept;
  char chunk[16384];
  while (const std::size_t n = read_some(pipe.get(), chunk, sizeof chunk, "the fix command")) {
    write_all(2, {chunk, n}, "stderr");
    kept.append(chunk, n);
    if (kept.size() > 8 * kKept) kept.erase(0, kept.size() - kKept);
  }
  return results::tail_of(kept, kKept);
}

}  // namespace

record::Fix run_fix(const std::string& command, const record::Report& report) {
  auto [ours, theirs] = make_pipe();
  const Fd input = holding(report);
  Child child = Child::spawn({"/bin/sh", {"sh", "-c", command}, environment_here(), {{input.get(), 0}, {theirs.get(), 1}, {theirs.get(), 2}}});
  theirs.close();
  record::Fix fix{command, 0, hear(ours)};
  fix.exit = shell_code(std::move(child).wait());
  return fix;
}

}  // namespace sandbox::tool
