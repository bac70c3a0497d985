#include "isolate/socket_filter.hpp"

#include <grp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/error.hpp"
#include "isolate/bpf_program.hpp"

namespace sandbox::isolate {

namespace {

constexpr rlim_t kOpenFiles = 8192;
constexpr rlim_t kAddressSpace = rlim_t{512} << 20;

constexpr int kAllowed[] = {
    // bytes
    SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_splice, SYS_recvfrom, SYS_sendto, SYS_recvmsg, SYS_sendmsg, SYS_pipe2,
    SYS_close, SYS_fcntl,
    // sockets
    SYS_connect, SYS_accept4, SYS_shutdown, SYS_getsockname, SYS_getpeername, SYS_getsockopt, SYS_setsockopt, SYS_bind,
    // waiting
    SYS_epoll_ctl, SYS_epoll_pwait, SYS_ppoll, SYS_clock_gettime, SYS_clock_nanosleep, SYS_restart_syscall,
#ifdef SYS_epoll_wait
    SYS_epoll_wait, SYS_poll,
#endif
    // memory and the end
    SYS_brk, SYS_munmap, SYS_mremap, SYS_madvise, SYS_futex, SYS_getrandom, SYS_gettimeofday, SYS_rt_sigreturn, SYS_rt_sigaction,
    SYS_rt_sigprocmask, SYS_getpid, SYS_gettid, SYS_tgkill, SYS_prlimit64, SYS_exit, SYS_exit_group};

constexpr unsigned kErrno = SECCOMP_RET_ERRNO | EPERM;

void install_filter() {
  BpfProgram program;
  for (const int call : kAllowed) {
    program.if_equal(static_cast<unsigned>(call));
    program.answer(SECCOMP_RET_ALLOW);
  }
  program.if_equal(SYS_mmap, 4);  // memory, never code
  program.argument(2);
  program.unless_any(PROT_EXEC);
  program.answer(SECCOMP_RET_ALLOW);
  program.answer(kErrno);
  program.if_equal(SYS_mprotect, 4);
  program.argument(2);
  program.unless_any(PROT_EXEC);
  program.answer(SECCOMP_RET_ALLOW);
  program.answer(kErrno);
  program.if_equal(SYS_socket, 6);
  program.argument(0);
  program.if_equal(AF_INET);
  program.answer(SECCOMP_RET_ALLOW);
  program.if_equal(AF_INET6);
  program.answer(SECCOMP_RET_ALLOW);
  program.answer(kErrno);
  // An answer, not death: a library that tries to open a file lives without it.
  program.answer(kErrno);
  program.install("the socket filter");
}

void limit(__rlimit_resource resource, rlim_t most) {
  rlimit now{};
  ::getrlimit(resource, &now);
  const rlimit lowered{std::min(most, now.rlim_max), std::min(most, now.rlim_max)};
  if (::setrlimit(resource, &lowered) < 0) throw_system_error("cannot limit the doorman");
}

void become(std::uint32_t user) {
  if (::setgroups(0, nullptr) < 0 || ::setresgid(user, user, user) < 0 || ::setresuid(user, user, user) < 0)
    throw_system_error("cannot become the doorman's user");
}

}  // namespace

void give_up_all_but_sockets(std::optional<std::uint32_t> user) {
  const pid_t parent = ::getppid();
  limit(RLIMIT_NOFILE, kOpenFiles);
  limit(RLIMIT_CORE, 0);
#if !defined(__SANITIZE_ADDRESS__)
  limit(RLIMIT_AS, kAddressSpace);
#endif
  if (user && ::geteuid() == 0) become(*user);
  // Cleared by the change of ids, so here.
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || ::getppid() != parent)
    throw Error(ExitCode::failed, "cannot tie the doorman to its supervisor");
  if (::prctl(PR_SET_DUMPABLE, 0) < 0 || ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
    throw_system_error("cannot give up what a doorman does not need");
  install_filter();
}

}  // namespace sandbox::isolate
