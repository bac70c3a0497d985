#include "confine.hpp"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

#include "wire/packet.hpp"

namespace sandbox::bridge {

namespace {

constexpr rlim_t kMostDescriptors = 2 * wire::kMostChannels + 64;

#if defined(__x86_64__)
constexpr unsigned kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr unsigned kArchitecture = AUDIT_ARCH_AARCH64;
#else
#error "name this architecture's AUDIT_ARCH"
#endif

constexpr int kAllowed[] = {
    SYS_read, SYS_write, SYS_sendmsg, SYS_recvmsg, SYS_ppoll,
#ifdef SYS_poll
    SYS_poll,
#endif
    SYS_close, SYS_pipe2, SYS_socketpair, SYS_accept4, SYS_fcntl, SYS_shutdown,
    SYS_munmap, SYS_mremap, SYS_madvise, SYS_brk, SYS_restart_syscall, SYS_exit, SYS_exit_group};

/// A filter is a list of statements; a jump skips so many of the next ones.
class Filter {
 public:
  void load(unsigned offset) { add(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset)); }
  void answer(unsigned action) { add(BPF_STMT(BPF_RET | BPF_K, action)); }
  void unless_equal(unsigned value) { add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 1, 0)); }
  void if_equal(unsigned value, unsigned char count = 1) { add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, count)); }
  void unless_any(unsigned bits) { add(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 1, 0)); }

  bool install() {
    sock_fprog program{static_cast<unsigned short>(count_), code_};
    return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
  }

 private:
  void add(sock_filter statement) { code_[count_++] = statement; }
  sock_filter code_[128];
  unsigned count_ = 0;
};

bool install_filter() {
  Filter filter;
  filter.load(offsetof(seccomp_data, arch));
  filter.unless_equal(kArchitecture);
  filter.answer(SECCOMP_RET_KILL_PROCESS);
  filter.load(offsetof(seccomp_data, nr));
  for (const int call : kAllowed) {
    filter.if_equal(static_cast<unsigned>(call));
    filter.answer(SECCOMP_RET_ALLOW);
  }
  for (const int call : {SYS_mmap, SYS_mprotect}) {  // memory, never code
    filter.if_equal(static_cast<unsigned>(call), 4);
    filter.load(offsetof(seccomp_data, args[2]));
    filter.unless_any(PROT_EXEC);
    filter.answer(SECCOMP_RET_ALLOW);
    filter.answer(SECCOMP_RET_KILL_PROCESS);
  }
  filter.answer(SECCOMP_RET_KILL_PROCESS);
  return filter.install();
}

}  // namespace

bool raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) < 0) return false;
  limit.rlim_cur = std::min(limit.rlim_max, kMostDescriptors);
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

bool confine() {
  const pid_t parent = ::getppid();
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 || ::getppid() != parent) return false;
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 || ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return false;
  return install_filter();
}

}  // namespace sandbox::bridge
