#include "become.hpp"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sandbox::agent {

namespace {

/// Docker's default set without NET_RAW, MKNOD, AUDIT_WRITE and NET_BIND_SERVICE; SETFCAP is ours
/// to keep only where namespaces may be made inside.
constexpr int kRootCapabilities[] = {CAP_CHOWN,  CAP_DAC_OVERRIDE, CAP_FOWNER,
                                     CAP_FSETID, CAP_KILL,         CAP_SETGID,
                                     CAP_SETUID, CAP_SETPCAP,      CAP_SYS_CHROOT, CAP_SETFCAP};

unsigned long long kept_capabilities(const Account& account) {
  unsigned long long kept = 0;
  if (account.is_root())
    for (const int capability : kRootCapabilities) kept |= 1ULL << capability;
  return kept;
}

/// Up to the first number that this kernel does not know.
int shrink_bounding_set(unsigned long long kept) {
  for (int capability = 0; capability < 64; ++capability) {
    const int in_set = ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0);
    if (in_set < 0) return 0;
    if (in_set == 0 || (kept & 1ULL << capability) != 0) continue;
    if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0) return errno;
  }
  return 0;
}

int set_capabilities(unsigned long long wanted) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  if (::syscall(SYS_capget, &header, data) < 0) return errno;
  for (int half = 0; half < 2; ++half) {
    data[half].permitted &= static_cast<unsigned>(wanted >> (32 * half));
    data[half].effective = data[half].permitted;
    data[half].inheritable = 0;
  }
  if (::syscall(SYS_capset, &header, data) < 0) return errno;
  // Linux drops ambient capabilities with the permitted ones, except those still permitted.
  return ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 ? errno : 0;
}

int set_groups(const Account& account) {
  if (::syscall(SYS_setgroups, account.group_count, account.groups) == 0) return 0;
  // A user namespace with a single id forbids setgroups; root there cannot have other groups.
  return errno == EPERM && account.is_root() && account.gid == 0 ? 0 : errno;
}

}  // namespace

int become(const Account& account) {
  const unsigned long long kept = kept_capabilities(account);
  if (const int error = shrink_bounding_set(kept)) return error;  // needs SETPCAP, so it is first
  if (const int error = set_groups(account)) return error;
  if (::syscall(SYS_setresgid, account.gid, account.gid, account.gid) < 0) return errno;
  if (::syscall(SYS_setresuid, account.uid, account.uid, account.uid) < 0) return errno;
  return set_capabilities(kept);
}

bool has_single_id() {
  // Whoever writes the map of a single id must forbid this first, and only then. We have no groups.
  return ::syscall(SYS_setgroups, 0, nullptr) < 0 && errno == EPERM;
}

int forbid_clone3() {
  // The number is the same for every architecture's table.
  static sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog filter{sizeof program / sizeof *program, program};
  return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) < 0 ? errno : 0;
}

bool has_clone3() {
  // Size 0 is refused with EINVAL by the call itself, and nothing is started.
  return ::syscall(SYS_clone3, nullptr, 0) < 0 && errno != ENOSYS;
}

}  // namespace sandbox::agent
