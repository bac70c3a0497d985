#include "isolate/program.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

#include "base/error.hpp"
#include "base/file.hpp"

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U  // since Linux 6.3; younger kernels may be set to require it
#endif
#ifndef F_SEAL_EXEC
#define F_SEAL_EXEC 0x0020  // since Linux 6.3: the execute bit stays
#endif

namespace sandbox::isolate {

Fd sealed_program(const char* name, std::span<const unsigned char> bytes) {
  int memory = ::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
  if (memory < 0 && errno == EINVAL) memory = ::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  Fd fd = checked_fd(memory, "cannot create a memory file for", name);
  write_all(fd.get(), {reinterpret_cast<const char*>(bytes.data()), bytes.size()}, name);
  constexpr int kSeals = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL;
  if (::fcntl(fd.get(), F_ADD_SEALS, kSeals | F_SEAL_EXEC) < 0 && ::fcntl(fd.get(), F_ADD_SEALS, kSeals) < 0)
    throw_system_error("cannot seal", name);
  return fd;
}

Fd keep_only(const Fd& control, const Fd& program) {
  const Fd null = checked_fd(::open("/dev/null", O_RDWR | O_CLOEXEC), "cannot open", "/dev/null");
  const Fd high_control = checked_fd(::fcntl(control.get(), F_DUPFD_CLOEXEC, 10), "cannot move a descriptor");
  const Fd high_program = checked_fd(::fcntl(program.get(), F_DUPFD_CLOEXEC, 10), "cannot move a descriptor");
  for (int fd = 0; fd < 3; ++fd)
    if (::dup2(null.get(), fd) < 0) throw_system_error("cannot close a standard descriptor");
  if (::dup2(high_control.get(), 3) < 0 || ::dup3(high_program.get(), 4, O_CLOEXEC) < 0)
    throw_system_error("cannot move a descriptor");
  return Fd(4);
}

void become(const Fd& program, const char* name) {
  char* const argv[] = {const_cast<char*>(name), nullptr};
  char* const envp[] = {nullptr};
  // The last act: every descriptor above goes, so that none of the host's can leak in
  // (CVE-2024-21626). A flag, not a close: the program itself is still needed for a moment.
  if (::syscall(SYS_close_range, 4U, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
    throw_system_error("cannot close descriptors", {}, HostCheck::kernel);
  ::syscall(SYS_execveat, program.get(), "", argv, envp, AT_EMPTY_PATH);
  throw_system_error("cannot start", name);
}

}  // namespace sandbox::isolate
