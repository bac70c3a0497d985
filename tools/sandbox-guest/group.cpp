#include "group.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <unistd.h>

namespace sandbox::guest {

namespace {

constexpr char kControllers[] = "+memory +pids +cpu";

bool write_file(const char* path, const char* text) {
  const wire::Handle file(::open(path, O_WRONLY | O_CLOEXEC));
  const auto size = static_cast<ssize_t>(::strlen(text));
  return file && ::write(file.get(), text, static_cast<std::size_t>(size)) == size;
}

bool write_number(const char* path, std::uint64_t number) {
  char text[24];
  ::snprintf(text, sizeof text, "%llu", static_cast<unsigned long long>(number));
  return write_file(path, text);
}

/// A command that asks for more than there is dies in its own group, which names it; else the whole
/// machine would look for somebody.
std::uint64_t memory_for_commands(const wire::Wake& wake) {
  struct sysinfo info {};
  ::sysinfo(&info);
  const std::uint64_t free = std::uint64_t{info.freeram} * info.mem_unit;
  return free > 2 * wake.kernel_bytes ? free - wake.kernel_bytes : free / 2;
}

}  // namespace

Fault make_group(const wire::Wake& wake, wire::Handle& directory) {
  ::mkdir("/group", 0755);
  if (::mount("cgroup2", "/group", "cgroup2", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) < 0) return fault("cannot mount cgroup2");
  if (!write_file("/group/cgroup.subtree_control", kControllers)) return fault("cannot pass on the cgroup controllers");
  if (::mkdir("/group/commands", 0755) < 0) return fault("cannot make the cgroup of commands");
  if (!write_number("/group/commands/pids.max", wake.pids)) return fault("cannot limit processes");
  if (!write_number("/group/commands/memory.max", memory_for_commands(wake))) return fault("cannot limit memory");
  directory = wire::Handle(::open("/group/commands", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return directory ? Fault{} : fault("cannot open the cgroup of commands");
}

}  // namespace sandbox::guest
