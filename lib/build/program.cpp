#include "build/program.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "build/program_doors.hpp"
#include "build/times.hpp"
#include "isolate/confine.hpp"

namespace sandbox::build {

namespace {

constexpr std::size_t kMostTold = std::size_t{64} << 20;

/// Nothing of our environment but a proxy for those who speak to it themselves: it is part of
/// the host's configuration. The one that the doorman goes through is no matter of theirs.
std::vector<std::string> environment() {
  std::vector<std::string> all = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/tmp", "TMPDIR=/tmp", "LC_ALL=C.UTF-8",
                                  "DEBIAN_FRONTEND=noninteractive", fmt::format("SOURCE_DATE_EPOCH={}", kEpoch)};
  for (const char* name : {"http_proxy", "no_proxy"})
    if (const char* value = std::getenv(name)) all.push_back(fmt::format("{}={}", name, value));
  return all;
}

/// The package that has a program, where it is not called the same.
std::string package_of(const std::string& name) {
  if (name.starts_with("apt-")) return "apt";
  if (name == "dpkg-deb") return "dpkg";
  if (name == "xz") return "xz-utils";
  return name;
}

}  // namespace

bool run_program(const Program& program, const Workplace& place) {
  if (::access(program.path.c_str(), X_OK) < 0)
    throw Error(HostCheck::programs, fmt::format("'{}' is not installed", program.path.filename().native()),
                "apt-get install " + package_of(program.path.filename()));
  isolate::Confined confined;
  confined.program = program.path;
  confined.arguments = program.arguments;
  confined.environment = environment();
  confined.shown = isolate::shown_by_default();
  confined.shown.insert(confined.shown.end(), program.shown.begin(), program.shown.end());
  confined.folder = place.folder;
  confined.roots = program.roots;
  confined.directory = program.directory;
  confined.input = program.input;
  confined.output = program.output < 0 ? place.log : program.output;
  confined.errors = program.errors < 0 ? place.log : program.errors;
  confined.largest_file = program.largest_file;
  if (program.doors.empty()) return shell_code(isolate::run_confined(confined, place.tick)) == 0;
  ProgramDoors doors(program, place);
  confined.files = doors.files();
  confined.open_doors = [&](const Fd& process) { doors.open(process); };
  const bool succeeded = shell_code(isolate::run_confined(confined, place.tick)) == 0;
  if (!succeeded) doors.close(place.log);
  return succeeded;
}

bool run_kept(Program program, const Workplace& place) {
  const Path file = place.folder / "told";
  const Fd told = checked_fd(::open(file.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600),
                             "cannot create", file.native());
  program.output = program.errors = told.get();
  const bool succeeded = run_program(program, place);
  if (::lseek(told.get(), 0, SEEK_SET) < 0) throw_system_error("cannot rewind", file.native());
  write_all(place.log, read_all(told.get(), kMostTold, "the log"), "the log");
  return succeeded;
}

Error build_failed(std::string_view what) { return Error(ExitCode::no, std::string(what)); }

}  // namespace sandbox::build
