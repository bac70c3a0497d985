#include "isolate/build_filter.hpp"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstddef>
#include <vector>

#include "base/error.hpp"

namespace sandbox::isolate {

namespace {

constexpr int kSync[] = {SYS_fsync, SYS_fdatasync, SYS_sync, SYS_syncfs, SYS_msync, SYS_sync_file_range};

/// Ways into the kernel that no package manager needs, and namespaces of its own.
constexpr int kForbidden[] = {
    SYS_unshare, SYS_setns, SYS_bpf, SYS_userfaultfd, SYS_perf_event_open, SYS_io_uring_setup,
    SYS_io_uring_enter, SYS_io_uring_register, SYS_keyctl, SYS_add_key, SYS_request_key, SYS_ptrace,
    SYS_process_vm_readv, SYS_process_vm_writev, SYS_open_by_handle_at, SYS_init_module,
    SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_kexec_file_load, SYS_reboot, SYS_swapon,
    SYS_swapoff, SYS_acct, SYS_settimeofday, SYS_clock_settime, SYS_adjtimex, SYS_syslog,
    SYS_quotactl, SYS_fsopen, SYS_fsconfig, SYS_open_tree, SYS_move_mount, SYS_mount_setattr,
    SYS_pivot_root, SYS_clone3};

constexpr unsigned kNamespaces = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET |
                                 CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP | CLONE_NEWTIME;

constexpr int kOwners[] = {
#ifdef SYS_chown
    SYS_chown, SYS_lchown,
#endif
    SYS_fchown, SYS_fchownat};

#if defined(__x86_64__)
constexpr unsigned kArchitecture = AUDIT_ARCH_X86_64;
constexpr unsigned kForeignBit = 0x40000000;  // x32 calls carry it
#elif defined(__aarch64__)
constexpr unsigned kArchitecture = AUDIT_ARCH_AARCH64;
constexpr unsigned kForeignBit = 0x40000000;  // unused there
#else
#error "name this architecture's AUDIT_ARCH"
#endif

class Program {
 public:
  void load(std::size_t offset) { add(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<unsigned>(offset))); }
  void answer(unsigned action) { add(BPF_STMT(BPF_RET | BPF_K, action)); }
  /// Runs the next statement only when the loaded word compares so.
  void if_equal(unsigned value) { add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1)); }
  void unless_equal(unsigned value) { add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 1, 0)); }
  void if_any(unsigned bits) { add(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1)); }
  void if_at_least(unsigned value) { add(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, value, 0, 1)); }

  void install() {
    const sock_fprog program{static_cast<unsigned short>(code_.size()), code_.data()};
    if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) < 0)
      throw_system_error("cannot install the build filter", {}, ExitCode::host);
  }

 private:
  void add(sock_filter statement) { code_.push_back(statement); }
  std::vector<sock_filter> code_;
};

}  // namespace

void apply_build_filter(Owners owners) {
  Program program;
  program.load(offsetof(seccomp_data, arch));
  program.unless_equal(kArchitecture);
  program.answer(SECCOMP_RET_KILL_PROCESS);
  program.load(offsetof(seccomp_data, nr));
  program.if_at_least(kForeignBit);
  program.answer(SECCOMP_RET_KILL_PROCESS);
  const auto succeed = [&](int call) {
    program.if_equal(static_cast<unsigned>(call));
    program.answer(SECCOMP_RET_ERRNO | 0);
  };
  for (const int call : kSync) succeed(call);
  if (owners == Owners::fake)
    for (const int call : kOwners) succeed(call);
  // ENOSYS: libraries then try the older call, which for clone3 is one that can be looked into.
  for (const int call : kForbidden) {
    program.if_equal(static_cast<unsigned>(call));
    program.answer(SECCOMP_RET_ERRNO | ENOSYS);
  }
  program.unless_equal(SYS_clone);
  program.answer(SECCOMP_RET_ALLOW);
  program.load(offsetof(seccomp_data, args[0]));  // its low half, on little-endian machines
  program.if_any(kNamespaces);
  program.answer(SECCOMP_RET_ERRNO | EPERM);
  program.answer(SECCOMP_RET_ALLOW);
  program.install();
}

}  // namespace sandbox::isolate
