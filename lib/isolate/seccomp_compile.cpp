// Compiles the seccomp filter into a C array, at build time: doing it at run time would cost
// every launch 1 ms and a library. The shape follows moby's default profile: an allow-list;
// what is known and dangerous answers EPERM (a socket of a family that is not for sandboxes
// EAFNOSUPPORT); what is unknown answers ENOSYS, so that libc falls back to what it knows; a
// foreign ABI kills.
//
// With the word "nested" it compiles the filter of a sandbox in which programs may make
// namespaces of their own, as browsers do. The new mount interface is unknown there, so that
// programs use the old one, and less of the kernel is in reach. No cgroup namespace: in one, a
// hierarchy could be mounted.
//
// clone3 stays allowed here although its flags cannot be filtered: the agent needs
// CLONE_INTO_CGROUP, and closes clone3 for every command it starts (tools/sandbox-agent).
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

namespace {

// clang-format off
const char* const kAllowed[] = {
  "_sysctl", "accept", "accept4", "access", "alarm", "arch_prctl", "bind", "brk", "cachestat", "capget",
  "capset", "chdir", "chmod", "chown", "chroot", "clock_getres", "clock_gettime", "clock_nanosleep", "clone", "clone3",
  "close", "close_range", "connect", "copy_file_range", "creat", "dup", "dup2", "dup3", "epoll_create",
  "epoll_create1", "epoll_ctl", "epoll_pwait", "epoll_pwait2", "epoll_wait", "eventfd", "eventfd2", "execve",
  "execveat", "exit", "exit_group", "faccessat", "faccessat2", "fadvise64", "fallocate", "fanotify_mark", "fchdir",
  "fchmod", "fchmodat", "fchmodat2", "fchown", "fchownat", "fcntl", "fdatasync", "fgetxattr", "flistxattr", "flock",
  "fork", "fremovexattr", "fsetxattr", "fstat", "fstatfs", "fsync", "ftruncate", "futex", "futex_requeue",
  "futex_wait", "futex_waitv", "futex_wake", "futimesat", "get_robust_list", "get_thread_area", "getcpu", "getcwd",
  "getdents", "getdents64", "getegid", "geteuid", "getgid", "getgroups", "getitimer", "getpeername", "getpgid",
  "getpgrp", "getpid", "getppid", "getpriority", "getrandom", "getresgid", "getresuid", "getrlimit", "getrusage",
  "getsid", "getsockname", "getsockopt", "gettid", "gettimeofday", "getuid", "getxattr", "inotify_add_watch",
  "inotify_init", "inotify_init1", "inotify_rm_watch", "io_cancel", "io_destroy", "io_getevents", "io_pgetevents",
  "io_setup", "io_submit", "ioctl", "ioprio_get", "ioprio_set", "kill", "landlock_add_rule", "landlock_create_ruleset",
  "landlock_restrict_self", "lchown", "lgetxattr", "link", "linkat", "listen", "listxattr", "llistxattr",
  "lremovexattr", "lseek", "lsetxattr", "lstat", "madvise", "membarrier", "memfd_create", "memfd_secret", "mincore",
  "mkdir", "mkdirat", "mknod", "mknodat", "mlock", "mlock2", "mlockall", "mmap", "mprotect", "mq_getsetattr",
  "mq_notify", "mq_open", "mq_timedreceive", "mq_timedsend", "mq_unlink", "mremap", "msgctl", "msgget", "msgrcv",
  "msgsnd", "msync", "munlock", "munlockall", "munmap", "nanosleep", "newfstatat", "open", "openat", "openat2",
  "pause", "personality", "pidfd_open", "pidfd_send_signal", "pipe", "pipe2", "pkey_alloc", "pkey_free", "pkey_mprotect", "poll",
  "ppoll", "prctl", "pread64", "preadv", "preadv2", "prlimit64", "process_mrelease", "process_vm_readv",
  "process_vm_writev", "pselect6", "ptrace", "pwrite64", "pwritev", "pwritev2", "read", "readahead", "readlink",
  "readlinkat", "readv", "recv", "recvfrom", "recvmmsg", "recvmsg", "remap_file_pages", "removexattr", "rename",
  "renameat", "renameat2", "restart_syscall", "rmdir", "rseq", "rt_sigaction", "rt_sigpending", "rt_sigprocmask",
  "rt_sigqueueinfo", "rt_sigreturn", "rt_sigsuspend", "rt_sigtimedwait", "rt_tgsigqueueinfo",
  "sched_get_priority_max", "sched_get_priority_min", "sched_getaffinity", "sched_getattr", "sched_getparam",
  "sched_getscheduler", "sched_rr_get_interval", "sched_setaffinity", "sched_setattr", "sched_setparam",
  "sched_setscheduler", "sched_yield", "seccomp", "select", "semctl", "semget", "semop", "semtimedop", "send",
  "sendfile", "sendmmsg", "sendmsg", "sendto", "set_robust_list", "set_thread_area", "set_tid_address",
  "setfsgid", "setfsuid", "setgid", "setgroups", "setitimer", "setpgid", "setpriority", "setregid", "setresgid",
  "setresuid", "setreuid", "setrlimit", "setsid", "setsockopt", "setuid", "setxattr", "shmat", "shmctl", "shmdt",
  "shmget", "shutdown", "sigaltstack", "signalfd", "signalfd4", "socket", "socketpair", "splice", "stat", "statfs", "statx",
  "symlink", "symlinkat", "sync", "sync_file_range", "syncfs", "sysinfo", "tee", "tgkill", "time", "timer_create",
  "timer_delete", "timer_getoverrun", "timer_gettime", "timer_settime", "timerfd_create", "timerfd_gettime",
  "timerfd_settime", "times", "tkill", "truncate", "umask", "uname", "unlink", "unlinkat", "utime", "utimensat",
  "utimes", "vfork", "vmsplice", "wait4", "waitid", "write", "writev",
};

// Known, and refused in a way that programs understand.
const char* const kRefused[] = {
  "acct", "add_key", "adjtimex", "bpf", "clock_adjtime", "clock_settime", "delete_module", "fanotify_init",
  "finit_module", "fsconfig", "fsmount", "fsopen", "fspick", "get_mempolicy", "init_module", "io_uring_enter",
  "io_uring_register", "io_uring_setup", "ioperm", "iopl", "kcmp", "kexec_file_load", "kexec_load", "keyctl",
  "lookup_dcookie", "mbind", "migrate_pages", "modify_ldt", "mount", "mount_setattr", "move_mount", "move_pages",
  "name_to_handle_at", "nfsservctl", "open_by_handle_at", "open_tree", "perf_event_open", "pidfd_getfd",
  "pivot_root", "process_madvise", "quotactl", "quotactl_fd", "reboot", "request_key", "set_mempolicy",
  "set_mempolicy_home_node", "setdomainname", "sethostname", "setns", "settimeofday", "swapoff", "swapon",
  "sysfs", "syslog", "umount", "umount2", "unshare", "userfaultfd", "uselib", "ustat", "vhangup",
};
// clang-format on

// Of the refused, what a program needs to build a sandbox of its own.
const char* const kNested[] = {"mount", "pivot_root", "setns", "sethostname", "umount", "umount2",
                              "unshare"};  // the last one by its flags
const char* const kUnknownWhenNested[] = {"fsconfig",   "fsmount",   "fsopen", "fspick", "mount_setattr",
                                          "move_mount", "open_tree"};

bool is_one_of(std::initializer_list<std::span<const char* const>> lists, std::string_view name) {
  for (const auto list : lists)
    for (const char* one : list)
      if (name == one) return true;
  return false;
}

void check(int result, const char* what) {
  if (result == 0) return;
  std::fprintf(stderr, "seccomp_compile: %s: error %d\n", what, -result);
  std::exit(1);
}

void add_name(scmp_filter_ctx filter, std::uint32_t action, const char* name) {
  const int number = ::seccomp_syscall_resolve_name(name);
  // Negative: not a call of this architecture, or younger than the library; the default covers it.
  if (number >= 0) check(::seccomp_rule_add(filter, action, number, 0), name);
}

void add_names(scmp_filter_ctx filter, bool nested) {
  for (const char* name : kAllowed) add_name(filter, SCMP_ACT_ALLOW, name);
  for (const char* name : kRefused)
    if (!nested || !is_one_of({kNested, kUnknownWhenNested}, name)) add_name(filter, SCMP_ACT_ERRNO(EPERM), name);
  if (nested)
    for (const char* name : kNested) add_name(filter, SCMP_ACT_ALLOW, name);
}

void print(const sock_filter& instruction) {
  std::printf("{%u, %u, %u, %uu},\n", instruction.code, instruction.jt, instruction.jf, instruction.k);
}

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
#error "name this architecture's AUDIT_ARCH"
#endif

using Code = std::vector<sock_filter>;

sock_filter load_argument(unsigned number) {
  // The low half: the kernel ignores the rest of what is compared here (CVE-2019-10063).
  return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offsetof(seccomp_data, args) + 8 * number));
}
sock_filter answer(int error) { return BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(error)); }
/// Goes on behind the next instruction unless the loaded word is the value.
sock_filter if_equal(std::uint32_t value) { return BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1); }
sock_filter if_any(std::uint32_t bits) { return BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1); }
/// To the list of names; the distance is known when everything is there.
sock_filter pass() { return BPF_STMT(BPF_JMP | BPF_JA, 0); }

/// Passes the listed values of the loaded word on, and answers all others with the error.
void pass_only(Code& code, std::initializer_list<std::uint32_t> values, int error) {
  for (const std::uint32_t value : values) {
    code.push_back(if_equal(value));
    code.push_back(pass());
  }
  code.push_back(answer(error));
}

/// Push input into a terminal's queue: CVE-2017-5226, CVE-2023-28100.
Code ioctl_rules() {
  constexpr std::uint32_t kTiocLinux = 0x541C;
  return {load_argument(1), if_equal(TIOCSTI), answer(EPERM), if_equal(kTiocLinux), answer(EPERM), pass()};
}

Code clone_rules(bool nested) {
  constexpr std::uint32_t kNamespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
                                        CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
  return {load_argument(0), if_any(nested ? CLONE_NEWCGROUP : kNamespaces), answer(EPERM), pass()};
}

Code unshare_rules() {
  constexpr std::uint32_t kNewTime = 0x80;  // a signal's number in clone()
  return {load_argument(0), if_any(CLONE_NEWCGROUP | kNewTime), answer(EPERM), pass()};
}

/// Families that namespaces do not cover (vsock, alg, …) are as if the kernel lacked them, which is
/// what programs expect; so are all of netlink but the routes, which getifaddrs() needs. Types
/// that parse raw packets are forbidden.
Code socket_rules() {
  Code types = {load_argument(1), BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xF)};
  pass_only(types, {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET}, EPERM);
  Code protocols = {load_argument(2)};
  pass_only(protocols, {0 /* NETLINK_ROUTE */}, EPROTONOSUPPORT);
  Code code = {load_argument(0), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 0, static_cast<std::uint8_t>(protocols.size()))};
  code.insert(code.end(), protocols.begin(), protocols.end());
  code.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_UNIX, 3, 0));
  code.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_INET, 2, 0));
  code.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_INET6, 1, 0));
  code.push_back(answer(EAFNOSUPPORT));
  code.insert(code.end(), types.begin(), types.end());
  return code;
}

/// Linux, Linux with 32-bit addresses or without randomisation (debuggers), and the query.
Code personality_rules() {
  Code code = {load_argument(0)};
  pass_only(code, {0x0, 0x8, 0x20000, 0x20008, 0x40000, 0xFFFFFFFF}, EPERM);
  return code;
}

/// Put before the generated program, whose jumps are relative: what depends on arguments.
/// libseccomp cannot except single values from an allowed call in their low 32 bits.
Code argument_rules(bool nested) {
  Code code = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
               BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kArchitecture, 1, 0),
               pass(),
               BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr))};
  const auto add = [&](int number, const Code& rules) {
    code.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(number), 0,
                            static_cast<std::uint8_t>(rules.size())));
    code.insert(code.end(), rules.begin(), rules.end());
  };
  add(SCMP_SYS(ioctl), ioctl_rules());
  add(SCMP_SYS(clone), clone_rules(nested));
  if (nested) add(SCMP_SYS(unshare), unshare_rules());
  add(SCMP_SYS(socket), socket_rules());
  add(SCMP_SYS(personality), personality_rules());
  for (std::size_t i = 0; i < code.size(); ++i)
    if (code[i].code == (BPF_JMP | BPF_JA) && code[i].k == 0) code[i].k = static_cast<std::uint32_t>(code.size() - i - 1);
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  const bool nested = argc > 1 && std::string_view(argv[1]) == "nested";
  const scmp_filter_ctx filter = ::seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
  if (!filter) return 1;
  check(::seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2), "binary tree");
  check(::seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS), "foreign ABI");
  add_names(filter, nested);

  std::FILE* const memory = std::tmpfile();
  if (!memory) return 1;
  check(::seccomp_export_bpf(filter, ::fileno(memory)), "export");
  std::rewind(memory);
  sock_filter instruction;
  ::seccomp_release(filter);
  for (const sock_filter& rule : argument_rules(nested)) print(rule);
  while (std::fread(&instruction, sizeof instruction, 1, memory) == 1) print(instruction);
  return 0;
}
