// probe makes one attempt that a shell cannot make: in a sandbox, where a wall must stop it,
// and outside, where it must work, or the case that uses it has no teeth.
//
//   exit 0   it worked
//   exit 10  it was refused; the error's name (EPERM) is on stdout
//   exit 2   the attempt does not exist or its arguments are wrong
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <linux/sched.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using Arguments = std::vector<std::string>;

/// 0, or the errno of a call that answers -1.
int error_of(long result) { return result < 0 ? errno : 0; }

long number(const std::string& text) { return std::stol(text, nullptr, 0); }

/// The value that belongs to a name, from a table of pairs.
template <class Value, std::size_t N>
Value pick(const std::pair<const char*, Value> (&table)[N], const std::string& name) {
  for (const auto& [known, value] : table)
    if (name == known) return value;
  throw std::invalid_argument("unknown word '" + name + "'");
}

// --- files and mounts -------------------------------------------------------------------

int open_file(const Arguments& a) {
  const int fd = ::open(a.at(0).c_str(), (a.at(1) == "w" ? O_WRONLY : O_RDONLY) | O_CLOEXEC);
  return error_of(fd);
}

/// The classic way out of chroot(2): keep a directory open, change the root below it, climb.
int leave_chroot(const Arguments& a) {
  const int outside = ::open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  ::mkdir("probe-chroot", 0755);
  if (::chroot("probe-chroot") < 0 || ::fchdir(outside) < 0) return errno;
  for (int depth = 0; depth < 100; ++depth)
    if (::chdir("..") < 0) return errno;
  if (::chroot(".") < 0) return errno;
  return error_of(::open(a.at(0).c_str(), O_RDONLY | O_CLOEXEC));
}

int make_node(const Arguments& a) {
  const mode_t kind = a.at(0) == "block" ? S_IFBLK : S_IFCHR;
  const dev_t device = ::makedev(static_cast<unsigned>(number(a.at(1))), static_cast<unsigned>(number(a.at(2))));
  ::unlink("probe-node");
  const int error = error_of(::mknod("probe-node", kind | 0666, device));
  ::unlink("probe-node");
  return error;
}

int mount_something(const Arguments& a) {
  const std::string& how = a.at(0);
  const char* const path = a.size() > 1 ? a[1].c_str() : ".";
  if (how == "tmpfs") return error_of(::mount("none", path, "tmpfs", 0, nullptr));
  if (how == "proc") return error_of(::mount("none", path, "proc", 0, nullptr));
  if (how == "bind") return error_of(::mount(path, path, nullptr, MS_BIND, nullptr));
  if (how == "writable") return error_of(::mount(nullptr, path, nullptr, MS_REMOUNT | MS_BIND, nullptr));
  if (how == "shared") return error_of(::mount(nullptr, path, nullptr, MS_REC | MS_SHARED, nullptr));
  if (how == "fsopen") return error_of(::fsopen("tmpfs", FSOPEN_CLOEXEC));
  if (how == "open_tree") return error_of(::open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
  if (how == "umount") return error_of(::umount2(path, MNT_DETACH));
  if (how == "pivot_root") return error_of(::syscall(SYS_pivot_root, path, path));
  if (how == "mount_setattr") {
    mount_attr attributes{};
    attributes.attr_clr = MOUNT_ATTR_RDONLY;
    return error_of(::mount_setattr(AT_FDCWD, path, 0, &attributes, sizeof attributes));
  }
  if (how == "move_mount") {
    const int tree = ::open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    return error_of(::move_mount(tree < 0 ? AT_FDCWD : tree, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH));
  }
  throw std::invalid_argument("unknown mount '" + how + "'");
}

// --- namespaces -------------------------------------------------------------------------

constexpr std::pair<const char*, int> kNamespaces[] = {
    {"user", CLONE_NEWUSER}, {"mount", CLONE_NEWNS}, {"pid", CLONE_NEWPID},   {"network", CLONE_NEWNET},
    {"ipc", CLONE_NEWIPC},   {"uts", CLONE_NEWUTS},  {"cgroup", CLONE_NEWCGROUP}, {"time", 0x80}};

int unshare_one(const Arguments& a) { return error_of(::unshare(pick(kNamespaces, a.at(0)))); }

int wait_for(long child) {
  if (child < 0) return errno;
  if (child == 0) ::_exit(0);
  ::waitpid(static_cast<pid_t>(child), nullptr, 0);
  return 0;
}

/// The upper half of the flags is noise that a filter must not be confused by.
int clone_into(const Arguments& a) {
  const auto flags = static_cast<unsigned long>(pick(kNamespaces, a.at(0)) | SIGCHLD);
  return wait_for(::syscall(SYS_clone, flags, nullptr, nullptr, nullptr, nullptr));
}

int clone3_into(const Arguments& a) {
  clone_args arguments{};
  arguments.flags = static_cast<std::uint64_t>(pick(kNamespaces, a.at(0)));
  arguments.exit_signal = SIGCHLD;
  return wait_for(::syscall(SYS_clone3, &arguments, sizeof arguments));
}

int enter_namespace(const Arguments& a) {
  const int fd = ::open(a.at(0).c_str(), O_RDONLY | O_CLOEXEC);
  return error_of(::setns(fd, 0));
}

int set_host_name(const Arguments& a) { return error_of(::sethostname(a.at(0).data(), a.at(0).size())); }

// --- network ----------------------------------------------------------------------------

union Address {
  sockaddr any;
  sockaddr_in v4;
  sockaddr_in6 v6;
};

Address address_of(const std::string& host, const std::string& port) {
  Address address{};
  const auto network_port = htons(static_cast<std::uint16_t>(number(port)));
  if (::inet_pton(AF_INET, host.c_str(), &address.v4.sin_addr) == 1) {
    address.v4.sin_family = AF_INET;
    address.v4.sin_port = network_port;
  } else if (::inet_pton(AF_INET6, host.c_str(), &address.v6.sin6_addr) == 1) {
    address.v6.sin6_family = AF_INET6;
    address.v6.sin6_port = network_port;
  } else {
    throw std::invalid_argument("not an address: " + host);
  }
  return address;
}

int connect_to(const std::string& host, const std::string& port, int type) {
  Address address = address_of(host, port);
  const int socket = ::socket(address.any.sa_family, type | SOCK_CLOEXEC, 0);
  if (socket < 0) return errno;
  return error_of(::connect(socket, &address.any, sizeof address));
}

/// Connecting a datagram socket sends nothing: it only asks for a route.
int find_route(const Arguments& a) { return connect_to(a.at(0), "9", SOCK_DGRAM); }
int connect_stream(const Arguments& a) { return connect_to(a.at(0), a.at(1), SOCK_STREAM); }

sockaddr_un abstract_address(const std::string& name, socklen_t& size) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path + 1, name.data(), std::min(name.size(), sizeof address.sun_path - 1));
  size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  return address;
}

int connect_abstract(const Arguments& a) {
  socklen_t size = 0;
  sockaddr_un address = abstract_address(a.at(0), size);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  return error_of(::connect(socket, reinterpret_cast<sockaddr*>(&address), size));
}

struct Socket {
  int family, type, protocol;
};

int make_socket(const Arguments& a) {
  static constexpr std::pair<const char*, Socket> kSockets[] = {
      {"stream", {AF_INET, SOCK_STREAM, 0}},    {"route", {AF_NETLINK, SOCK_RAW, 0}},
      {"raw", {AF_INET, SOCK_RAW, IPPROTO_ICMP}}, {"raw6", {AF_INET6, SOCK_RAW, IPPROTO_ICMPV6}},
      {"packet", {AF_PACKET, SOCK_RAW, 0}},     {"packet-old", {AF_INET, SOCK_PACKET, 0}},
      {"vsock", {AF_VSOCK, SOCK_STREAM, 0}},    {"alg", {AF_ALG, SOCK_SEQPACKET, 0}},
      {"audit", {AF_NETLINK, SOCK_RAW, 9}},     {"netfilter", {AF_NETLINK, SOCK_RAW, 12}},
      {"uevent", {AF_NETLINK, SOCK_RAW, 15}},   {"generic", {AF_NETLINK, SOCK_RAW, 16}},
      {"diag", {AF_NETLINK, SOCK_RAW, 4}},      {"key", {AF_KEY, SOCK_RAW, 2}},
      {"can", {AF_CAN, SOCK_RAW, 1}},           {"bluetooth", {AF_BLUETOOTH, SOCK_RAW, 1}},
      {"rds", {AF_RDS, SOCK_SEQPACKET, 0}},     {"tipc", {AF_TIPC, SOCK_SEQPACKET, 0}},
      {"xdp", {AF_XDP, SOCK_RAW, 0}},           {"smc", {AF_SMC, SOCK_STREAM, 0}}};
  const Socket wanted = pick(kSockets, a.at(0));
  return error_of(::socket(wanted.family, wanted.type | SOCK_CLOEXEC, wanted.protocol));
}

// --- what two processes may share: held by one, looked for by another -------------------

constexpr std::size_t kPage = 4096;

int find_shared(const Arguments& a) {
  const auto key = static_cast<key_t>(number(a.at(1)));
  if (a.at(0) == "memory") return error_of(::shmget(key, kPage, 0));
  if (a.at(0) == "queue") return error_of(::msgget(key, 0));
  if (a.at(0) == "semaphore") return error_of(::semget(key, 1, 0));
  if (a.at(0) == "mqueue") return error_of(::mq_open(("/probe-" + a.at(1)).c_str(), O_RDONLY));
  if (a.at(0) == "socket") return connect_abstract({"probe-" + a.at(1)});
  throw std::invalid_argument("unknown kind '" + a.at(0) + "'");
}

/// Makes one of each under a key, says "ready", keeps them until stdin ends.
int hold_shared(const Arguments& a) {
  const auto key = static_cast<key_t>(number(a.at(0)));
  const std::string name = "/probe-" + a.at(0);
  const int memory = ::shmget(key, kPage, IPC_CREAT | IPC_EXCL | 0666);
  const int queue = ::msgget(key, IPC_CREAT | IPC_EXCL | 0666);
  const int semaphore = ::semget(key, 1, IPC_CREAT | IPC_EXCL | 0666);
  const mqd_t mqueue = ::mq_open(name.c_str(), O_RDWR | O_CREAT | O_EXCL, 0666, nullptr);
  socklen_t size = 0;
  sockaddr_un address = abstract_address(name.substr(1), size);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (memory < 0 || queue < 0 || semaphore < 0 || mqueue < 0 ||
      ::bind(socket, reinterpret_cast<sockaddr*>(&address), size) < 0 || ::listen(socket, 8) < 0)
    return errno;
  std::puts("ready");
  std::fflush(stdout);
  char byte = 0;
  while (::read(0, &byte, 1) > 0) {
  }
  ::shmctl(memory, IPC_RMID, nullptr);
  ::msgctl(queue, IPC_RMID, nullptr);
  ::semctl(semaphore, 0, IPC_RMID);
  ::mq_unlink(name.c_str());
  return 0;
}

/// Listens on a free port of 127.0.0.1, prints it, serves until stdin ends.
int serve(const Arguments&) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  Address address = address_of("127.0.0.1", "0");
  socklen_t size = sizeof address;
  if (::bind(socket, &address.any, sizeof address.v4) < 0 || ::listen(socket, 8) < 0 ||
      ::getsockname(socket, &address.any, &size) < 0)
    return errno;
  std::printf("%u\n", ntohs(address.v4.sin_port));
  std::fflush(stdout);
  char byte = 0;
  while (::read(0, &byte, 1) > 0) {
  }
  return 0;
}

// --- processes and privileges -----------------------------------------------------------

int trace(const Arguments& a) { return error_of(::ptrace(PTRACE_ATTACH, static_cast<pid_t>(number(a.at(0))), nullptr, nullptr)); }

int read_memory_of(const Arguments& a) {
  char here[1];
  iovec local{here, sizeof here};
  iovec remote{&local, sizeof here};  // any address: permission is asked before the address
  const auto pid = static_cast<pid_t>(number(a.at(0)));
  const int error = error_of(::process_vm_readv(pid, &local, 1, &remote, 1, 0));
  return error == EFAULT ? 0 : error;
}

int send_signal(const Arguments& a) {
  return error_of(::kill(static_cast<pid_t>(number(a.at(0))), static_cast<int>(number(a.at(1)))));
}

/// As root: does a set-user-id copy of this program give another user root's powers?
int gain_by_setuid(const Arguments&) {
  const std::string copy = "/tmp/probe-setuid-" + std::to_string(::getpid());
  const int from = ::open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  const int to = ::open(copy.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
  if (from < 0 || to < 0) return errno;
  char buffer[65536];
  for (ssize_t n = 0; (n = ::read(from, buffer, sizeof buffer)) > 0;)
    if (::write(to, buffer, static_cast<std::size_t>(n)) != n) return errno;
  ::close(to);
  if (::chmod(copy.c_str(), 04755) < 0) return errno;
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setresgid(1000, 1000, 1000) < 0 || ::setresuid(1000, 1000, 1000) < 0) ::_exit(99);
    ::execl(copy.c_str(), "probe", "is-root", static_cast<char*>(nullptr));
    ::_exit(98);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ::unlink(copy.c_str());
  if (!WIFEXITED(status) || WEXITSTATUS(status) > 10) throw std::runtime_error("the copy did not run");
  return WEXITSTATUS(status) == 0 ? 0 : EPERM;
}

int is_root(const Arguments&) { return ::geteuid() == 0 ? 0 : EPERM; }

/// Every open descriptor above 2 is an error; what 0, 1 and 2 are is printed.
int look_at_descriptors(const Arguments&) {
  int foreign = 0;
  for (int fd = 0; fd < 65536; ++fd) {
    if (::fcntl(fd, F_GETFD) < 0) continue;
    char target[4096] = {};
    if (::readlink(("/proc/self/fd/" + std::to_string(fd)).c_str(), target, sizeof target - 1) < 0) target[0] = '?';
    std::printf("%d %s\n", fd, target);
    foreign += fd > 2;
  }
  return foreign > 0 ? 0 : ENOENT;
}

// --- the terminal and foreign system calls ----------------------------------------------

/// The request in the low half, noise in the high half (CVE-2019-10063).
int push_into_terminal(const Arguments& a) {
  static constexpr std::pair<const char*, unsigned long> kRequests[] = {{"TIOCSTI", 0x5412}, {"TIOCLINUX", 0x541C}};
  const unsigned long request = pick(kRequests, a.at(0)) | static_cast<unsigned long>(number(a.at(1))) << 32;
  char byte = a.at(0) == "TIOCSTI" ? 'x' : 3;
  return error_of(::syscall(SYS_ioctl, 0, request, &byte));
}

int call_as_i386(const Arguments&) {
  long result = 20;  // getpid
  asm volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
  return result > 0 ? 0 : static_cast<int>(-result);
}

int call_as_x32(const Arguments&) { return error_of(::syscall(0x40000000L | SYS_getpid)); }

/// Calls that no program in a sandbox needs, with arguments that would harm nobody if they
/// got through: they fail in the kernel with another error than the filter's.
int call(const Arguments& a) {
  static char space[256];
  static constexpr std::pair<const char*, long> kCalls[] = {
      {"acct", SYS_acct}, {"add_key", SYS_add_key}, {"bpf", SYS_bpf}, {"clock_settime", SYS_clock_settime},
      {"delete_module", SYS_delete_module}, {"fanotify_init", SYS_fanotify_init},
      {"finit_module", SYS_finit_module}, {"init_module", SYS_init_module},
      {"io_uring_enter", SYS_io_uring_enter}, {"io_uring_register", SYS_io_uring_register},
      {"io_uring_setup", SYS_io_uring_setup}, {"ioperm", SYS_ioperm}, {"iopl", SYS_iopl}, {"kcmp", SYS_kcmp},
      {"kexec_file_load", SYS_kexec_file_load}, {"kexec_load", SYS_kexec_load}, {"keyctl", SYS_keyctl},
      {"mbind", SYS_mbind}, {"move_pages", SYS_move_pages}, {"name_to_handle_at", SYS_name_to_handle_at},
      {"open_by_handle_at", SYS_open_by_handle_at}, {"perf_event_open", SYS_perf_event_open},
      {"pidfd_getfd", SYS_pidfd_getfd}, {"process_madvise", SYS_process_madvise}, {"quotactl", SYS_quotactl},
      {"reboot", SYS_reboot}, {"request_key", SYS_request_key}, {"setdomainname", SYS_setdomainname},
      {"settimeofday", SYS_settimeofday}, {"swapoff", SYS_swapoff}, {"swapon", SYS_swapon},
      {"syslog", SYS_syslog}, {"userfaultfd", SYS_userfaultfd}, {"vhangup", SYS_vhangup}};
  const std::string& name = a.at(0);
  const long which = pick(kCalls, name);
  if (name == "io_uring_setup") return error_of(::syscall(which, 1, space));
  if (name == "userfaultfd") return error_of(::syscall(which, O_CLOEXEC | 1));  // UFFD_USER_MODE_ONLY
  if (name == "kcmp") return error_of(::syscall(which, ::getpid(), ::getpid(), 0, 0, 0));
  if (name == "keyctl") return error_of(::syscall(which, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0));
  if (name == "add_key") return error_of(::syscall(which, "user", "probe", "x", 1, KEY_SPEC_THREAD_KEYRING));
  if (name == "request_key") return error_of(::syscall(which, "keyring", "_uid.0", nullptr, 0));
  if (name == "syslog") return error_of(::syscall(which, 10, nullptr, 0));  // SIZE_BUFFER
  if (name == "name_to_handle_at") {
    auto* const bytes = reinterpret_cast<unsigned*>(space);
    bytes[0] = 128;
    int mount_id = 0;
    return error_of(::syscall(which, AT_FDCWD, "/", space, &mount_id, 0));
  }
  return error_of(::syscall(which, -1, -1, -1, -1, -1, -1));
}

// --- loads, for the limits --------------------------------------------------------------

/// Touches so many MiB.
int use_memory(const Arguments& a) {
  const auto bytes = static_cast<std::size_t>(number(a.at(0))) << 20;
  void* const memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return errno;
  std::memset(memory, 1, bytes);
  return 0;
}

/// So many children at the same time.
int use_processes(const Arguments& a) {
  std::vector<pid_t> children;
  int error = 0;
  while (error == 0 && children.size() < static_cast<std::size_t>(number(a.at(0)))) {
    const pid_t child = ::fork();
    if (child < 0) error = errno;
    else if (child == 0) ::pause();
    else children.push_back(child);
  }
  std::printf("%zu\n", children.size());
  for (const pid_t child : children) ::kill(child, SIGKILL);
  for (const pid_t child : children) ::waitpid(child, nullptr, 0);
  return error;
}

int use_descriptors(const Arguments& a) {
  for (long count = 0; count < number(a.at(0)); ++count)
    if (::open("/dev/null", O_RDONLY) < 0) return errno;
  return 0;
}

/// Files of no content, until there are so many.
int use_inodes(const Arguments& a) {
  for (long count = 0; count < number(a.at(0)); ++count) {
    const int fd = ::open(("probe-file-" + std::to_string(count)).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0) return errno;
    ::close(fd);
  }
  return 0;
}

/// Burns processor time in so many processes for so many milliseconds of wall time, and
/// prints how many milliseconds of processor time that gave.
int use_cpu(const Arguments& a) {
  const auto now_ms = [](clockid_t clock) {
    timespec time{};
    ::clock_gettime(clock, &time);
    return time.tv_sec * 1000 + time.tv_nsec / 1'000'000;
  };
  const long end = now_ms(CLOCK_MONOTONIC) + number(a.at(1));
  int pipe[2];
  if (::pipe(pipe) < 0) return errno;
  for (long i = 0; i < number(a.at(0)); ++i)
    if (::fork() == 0) {
      while (now_ms(CLOCK_MONOTONIC) < end) {
      }
      const long used = now_ms(CLOCK_PROCESS_CPUTIME_ID);
      ::_exit(::write(pipe[1], &used, sizeof used) == sizeof used ? 0 : 1);
    }
  ::close(pipe[1]);
  long total = 0;
  for (long used = 0; ::read(pipe[0], &used, sizeof used) == sizeof used;) total += used;
  std::printf("%ld\n", total);
  return 0;
}

struct Attempt {
  const char* name;
  const char* arguments;
  int (*act)(const Arguments&);
};

constexpr Attempt kAttempts[] = {
    {"open", "PATH r|w", open_file},
    {"leave-chroot", "PATH", leave_chroot},
    {"mknod", "block|char MAJOR MINOR", make_node},
    {"mount", "HOW [PATH]", mount_something},
    {"unshare", "NAMESPACE", unshare_one},
    {"clone", "NAMESPACE", clone_into},
    {"clone3", "NAMESPACE", clone3_into},
    {"setns", "PATH", enter_namespace},
    {"hostname", "NAME", set_host_name},
    {"find-route", "ADDRESS", find_route},
    {"connect", "ADDRESS PORT", connect_stream},
    {"connect-abstract", "NAME", connect_abstract},
    {"socket", "KIND", make_socket},
    {"serve", "", serve},
    {"hold", "KEY", hold_shared},
    {"find", "memory|queue|semaphore|mqueue|socket KEY", find_shared},
    {"trace", "PID", trace},
    {"read-memory", "PID", read_memory_of},
    {"kill", "PID SIGNAL", send_signal},
    {"gain-by-setuid", "", gain_by_setuid},
    {"is-root", "", is_root},
    {"descriptors", "", look_at_descriptors},
    {"push-into-terminal", "TIOCSTI|TIOCLINUX UPPER-HALF", push_into_terminal},
    {"call-as-i386", "", call_as_i386},
    {"call-as-x32", "", call_as_x32},
    {"call", "NAME", call},
    {"use-memory", "MIB", use_memory},
    {"use-processes", "COUNT", use_processes},
    {"use-descriptors", "COUNT", use_descriptors},
    {"use-inodes", "COUNT", use_inodes},
    {"use-cpu", "PROCESSES MILLISECONDS", use_cpu},
};

int usage(const char* problem) {
  std::fprintf(stderr, "probe: %s\n", problem);
  for (const Attempt& attempt : kAttempts) std::fprintf(stderr, "  probe %s %s\n", attempt.name, attempt.arguments);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return usage("no attempt is named");
  for (const Attempt& attempt : kAttempts) {
    if (std::string(argv[1]) != attempt.name) continue;
    try {
      const int error = attempt.act(Arguments(argv + 2, argv + argc));
      if (error == 0) return 0;
      std::puts(::strerrorname_np(error) ? ::strerrorname_np(error) : std::to_string(error).c_str());
      return 10;
    } catch (const std::exception& wrong) {
      return usage(wrong.what());
    }
  }
  return usage("unknown attempt");
}
