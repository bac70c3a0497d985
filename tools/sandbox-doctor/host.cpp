// What surrounds the walls: the kernel's calls, our own programs, and the way out.
#include <fmt/format.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/child.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "doors/presets.hpp"
#include "examination.hpp"
#include "trial.hpp"

namespace sandbox::tool {

namespace {

struct Call {
  long number;
  const char* name;
};

/// With arguments that none of them can like.
constexpr std::array kCalls = {Call{SYS_clone3, "clone3"},           Call{SYS_openat2, "openat2"},
                               Call{SYS_open_tree, "open_tree"},     Call{SYS_fsopen, "fsopen"},
                               Call{SYS_move_mount, "move_mount"},   Call{SYS_mount_setattr, "mount_setattr"},
                               Call{SYS_pidfd_open, "pidfd_open"},   Call{SYS_quotactl_fd, "quotactl_fd"},
                               Call{SYS_close_range, "close_range"}, Call{SYS_memfd_create, "memfd_create"}};

std::string missing_calls() {
  std::string missing;
  for (const Call& call : kCalls)
    if (::syscall(call.number, -1, -1, -1, 0, 0) < 0 && errno == ENOSYS) missing += fmt::format(" {}", call.name);
  return missing;
}

bool has_name_server() {
  const std::string text = read_file_if_exists("/etc/resolv.conf", 1 << 20).value_or("");
  for (const std::string_view line : split(text, '\n'))
    if (line.starts_with("nameserver")) return true;
  return false;
}

/// Presets that would be refused here; their managers are asked where no file says it.
std::string without_mirror() {
  std::string names;
  for (const std::string_view preset : doors::preset_names()) try {
      (void)doors::read_preset(preset, doors::HostFiles::real());
    } catch (const Error&) {
      names += fmt::format(" {}", preset);
    }
  return names;
}

}  // namespace

DiagnosisLine examine_kernel() {
  auto line = line_of(HostCheck::kernel, "host", Need::required, "sandboxes are made of what it offers");
  utsname name{};
  ::uname(&name);
  const std::string missing = missing_calls();
  if (missing.empty()) return ok(std::move(line), fmt::format("{} {} on {}", name.sysname, name.release, name.machine));
  return lacking(std::move(line), fmt::format("{} {} does not have, or hides:{}", name.sysname, name.release, missing),
                 advice("boot Linux 5.19 or newer; in a container, its seccomp profile must know these calls"));
}

DiagnosisLine examine_installation() {
  auto line = line_of(HostCheck::installation, "host", Need::required, "the programs that only these tools start");
  for (const char* name : {"sandbox-supervise", "sandbox-doorman", "sandbox-keeper", "sandbox-bridge", "sandbox-guest", "sandbox-agent"})
    if (const Path program = libexec_directory() / name; ::access(program.c_str(), X_OK) < 0)
      return lacking(std::move(line), fmt::format("no program '{}'", program.native()), advice("install the tools again, as a whole"));
  return ok(std::move(line), libexec_directory().lexically_normal().native());
}

DiagnosisLine examine_doors() {
  auto line = line_of(HostCheck::doors, "host", Need::optional, "the way out of a sandbox, and the mirrors of package managers");
  if (!has_name_server()) return lacking(std::move(line), "no name server in /etc/resolv.conf", advice("see resolv.conf(5)"));
  const Tried tried = try_out(without_mirror);
  if (!tried.holds) return degraded(std::move(line), tried.found, advice(tried.hint));
  if (tried.found.empty()) return ok(std::move(line), "every preset has its mirror");
  return ok(std::move(line), "names can be resolved; presets without a mirror configured here:" + tried.found);
}

}  // namespace sandbox::tool
