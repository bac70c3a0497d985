#include "isolate/build_filter.hpp"

#include <linux/sched.h>
#include <sys/syscall.h>

#include <cerrno>

#include "isolate/bpf_program.hpp"

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
    SYS_quotactl, SYS_pivot_root};

/// Those for which there is an older call that is allowed, or can be looked into: programs try it
/// where the newer one does not exist.
constexpr int kAbsent[] = {SYS_fsopen, SYS_fsconfig, SYS_open_tree, SYS_move_mount, SYS_mount_setattr, SYS_clone3};

constexpr unsigned kNamespaces = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET |
                                 CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP | CLONE_NEWTIME;

constexpr int kOwners[] = {
#ifdef SYS_chown
    SYS_chown, SYS_lchown,
#endif
    SYS_fchown, SYS_fchownat};

constexpr unsigned kForeignBit = 0x40000000;  // x32 calls carry it; elsewhere no call does

void succeed(BpfProgram& program, int call) {
  program.if_equal(static_cast<unsigned>(call));
  program.answer(SECCOMP_RET_ERRNO | 0);
}

}  // namespace

void pretend_owners() {
  BpfProgram program;
  for (const int call : kOwners) succeed(program, call);
  program.answer(SECCOMP_RET_ALLOW);
  program.install("the filter of owners");
}

void apply_build_filter(Owners owners) {
  BpfProgram program;
  program.if_at_least(kForeignBit);
  program.answer(SECCOMP_RET_KILL_PROCESS);
  for (const int call : kSync) succeed(program, call);
  if (owners == Owners::fake)
    for (const int call : kOwners) succeed(program, call);
  const auto refuse = [&](int call, unsigned error) {
    program.if_equal(static_cast<unsigned>(call));
    program.answer(SECCOMP_RET_ERRNO | error);
  };
  for (const int call : kForbidden) refuse(call, EPERM);
  for (const int call : kAbsent) refuse(call, ENOSYS);
  program.unless_equal(SYS_clone);
  program.answer(SECCOMP_RET_ALLOW);
  program.argument(0);
  program.if_any(kNamespaces);
  program.answer(SECCOMP_RET_ERRNO | EPERM);
  program.answer(SECCOMP_RET_ALLOW);
  program.install("the build filter");
}

}  // namespace sandbox::isolate
