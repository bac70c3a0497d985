// Programs of the host that the tools start when they are there.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>

#include "base/file.hpp"
#include "base/said.hpp"
#include "base/text.hpp"
#include "examination.hpp"
#include "trial.hpp"

namespace sandbox::tool {

namespace {

struct Program {
  std::string_view name;
  std::string_view package;
  std::string_view version;  ///< the argument that makes it say which it is; empty: it cannot
  std::string_view why;
};

constexpr std::array kPrograms = {
    Program{"mmdebstrap", "mmdebstrap", "--version", "recipes from debian:SUITE and ubuntu:SUITE"},
    Program{"newuidmap", "uidmap", "", "a range of ids for a user's sandboxes"},
    Program{"mke2fs", "e2fsprogs", "-V", "disk.image: a bound on disks where the file system has no quota"},
    Program{"git", "git", "--version", "recipes and suites from repositories"},
    Program{"ssh", "openssh-client", "-V", "sandboxes on other hosts, and logins into them"},
    Program{"qemu-system-x86_64", "qemu-system-x86", "--version", "virtual machines"},
    Program{"mkfs.erofs", "erofs-utils", "-V", "images of virtual machines"},
    Program{"nix", "nix-bin", "--version", "recipes from nix:FILE"},
    Program{"man", "man-db", "--version", "sandbox help TOOL"},
};

constexpr std::array kFolders = {"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"};

Path find(std::string_view name) {
  for (const char* folder : kFolders)
    if (Path path = Path(folder) / name; ::access(path.c_str(), X_OK) == 0) return path;
  return {};
}

/// The first line of what it says; some say it on stderr.
std::string ask_version(const Path& program, std::string_view argument) {
  Command command;
  command.program = program;
  command.arguments = {program.filename(), std::string(argument)};
  command.environment = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "HOME=/nonexistent"};
  const std::string said = said_by(std::move(command), 65536, {1, 2}).text;
  return visible(said.substr(0, said.find('\n')));
}

DiagnosisLine examine(const Program& program) {
  auto line = line_of(HostCheck::programs, "programs", Need::optional, program.why);
  line.name = program.name;
  const Path path = find(program.name);
  if (path.empty()) return lacking(std::move(line), "not installed", Fix{fmt::format("apt-get install {}", program.package), true, false});
  if (program.version.empty()) return ok(std::move(line), path.native());
  const Tried tried = try_out([&] { return ask_version(path, program.version); }, std::chrono::seconds(5));
  if (!tried.holds) return degraded(std::move(line), fmt::format("{}: {}", path.native(), tried.found));
  return ok(std::move(line), tried.found.empty() ? path.native() : tried.found);
}

}  // namespace

std::vector<DiagnosisLine> examine_programs() {
  std::vector<DiagnosisLine> lines;
  for (const Program& program : kPrograms) lines.push_back(examine(program));
  return lines;
}

}  // namespace sandbox::tool
