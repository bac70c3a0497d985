#include "isolate/confine.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/child.hpp"
#include "base/error.hpp"
#include "base/passing.hpp"
#include "isolate/build_filter.hpp"
#include "isolate/capabilities.hpp"
#include "isolate/confined_root.hpp"
#include "isolate/mount.hpp"
#include "isolate/namespaces.hpp"
#include "isolate/network.hpp"

namespace sandbox::isolate {

namespace {

constexpr std::uint64_t bit(int capability) { return std::uint64_t{1} << capability; }

/// Installing packages needs to set file capabilities and to mount; both only reach the
/// namespaces of this run.
const std::uint64_t kBuildCapabilities = kAgentCapabilities | bit(CAP_SETFCAP) | bit(CAP_SYS_ADMIN);

/// Builds share this range, just below the first sandbox's: their pid namespaces keep them
/// apart.
IdMap build_ids() {
  if (::geteuid() != 0) return {::geteuid(), 1, {}};
  return {kFirstId - kIdsPerSandbox, kIdsPerSandbox, {}};
}

/// Two ends that carry the go, one mount, the word that the network is there and its answer,
/// and the news of a failure.
struct Channel {
  Fd ours, theirs;
};

Channel make_channel() {
  auto [ours, theirs] = socket_pair(SOCK_STREAM);
  return {std::move(ours), std::move(theirs)};
}

/// One byte, and a descriptor with it if there is one.
void send_go(const Fd& channel, const Fd& mount) {
  const int number = mount.get();
  if (send_passing(channel.get(), "g", {&number, mount ? 1U : 0U}) != 1)
    throw_system_error("cannot start the confined program");
}

Fd receive_go(const Fd& channel) {
  char go = 0;
  std::vector<Fd> descriptors;
  if (receive_passing(channel.get(), {&go, 1}, descriptors) != 1)
    throw Error(ExitCode::failed, "the builder went away");
  return descriptors.empty() ? Fd() : std::move(descriptors.front());
}

/// The word that the network is there, which no failure begins with.
constexpr char kNetwork = '\1';

/// Says that the network is there, and waits until its doors are made.
void await_doors(const Fd& channel) {
  if (::send(channel.get(), &kNetwork, 1, MSG_NOSIGNAL) != 1) throw_system_error("cannot reach the builder");
  receive_go(channel);
}

/// From here on our death ends everything inside. A change of ids clears the setting, and a
/// parent that died before it would never be noticed: hence the order, and the look.
void die_with_parent(const Fd& channel) {
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0) throw_system_error("cannot follow the builder");
  pollfd look{channel.get(), POLLIN, 0};
  if (::poll(&look, 1, 0) != 0) throw Error(ExitCode::failed, "the builder went away");
}

void take_ids(const IdMap& map) {
  if (!map.single() && ::setgroups(0, nullptr) < 0) throw_system_error("cannot drop groups");
  if (::setresgid(0, 0, 0) < 0 || ::setresuid(0, 0, 0) < 0) throw_system_error("cannot take id 0");
}

void take_streams(const Confined& what) {
  const Fd null = checked_fd(::open("/dev/null", O_RDWR | O_CLOEXEC), "cannot open", "/dev/null");
  // Through numbers above 2 first: one of them may be 0, 1 or 2 itself.
  std::array<Fd, 3> streams;
  const std::array wanted = {what.input, what.output, what.errors};
  for (std::size_t i = 0; i < streams.size(); ++i) streams[i] = duplicate(wanted[i] < 0 ? null.get() : wanted[i]);
  for (std::size_t i = 0; i < streams.size(); ++i)
    if (::dup2(streams[i].get(), static_cast<int>(i)) < 0) throw_system_error("cannot set up the streams");
  ::syscall(SYS_close_range, 3U, ~0U, 1U << 2 /* CLOSE_RANGE_CLOEXEC */);
}

void limit_files(const Confined& what) {
  if (!what.largest_file) return;
  const rlimit limit{*what.largest_file, *what.largest_file};
  if (::setrlimit(RLIMIT_FSIZE, &limit) < 0) throw_system_error("cannot limit the size of files");
  ::signal(SIGXFSZ, SIG_IGN);  // then write fails with EFBIG and the program says so
}

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> out;
  for (const std::string& s : strings) out.push_back(const_cast<char*>(s.c_str()));
  out.push_back(nullptr);
  return out;
}

/// PID 1 of the run: programs are not made to inherit strangers' orphans, so this collects
/// them and ends with the program's own status.
[[noreturn]] void collect(pid_t program) {
  for (;;) {
    int status = 0;
    const pid_t ended = ::waitpid(-1, &status, 0);
    if (ended == program) ::_exit(shell_code(ending_of_status(status)));
    if (ended < 0 && errno != EINTR) ::_exit(static_cast<int>(ExitCode::failed));
  }
}

void start(const Confined& what) {
  const std::vector<char*> argv = pointers(what.arguments);
  const std::vector<char*> envp = pointers(what.environment);
  const pid_t pid = ::fork();
  if (pid < 0) throw_system_error("cannot start", what.program.native());
  if (pid > 0) {
    ::syscall(SYS_close_range, 0U, ~0U, 0U);
    collect(pid);
  }
  if (::chdir(what.directory.c_str()) < 0) throw_system_error("cannot enter", what.directory);
  ::setsid();
  ::signal(SIGPIPE, SIG_DFL);
  ::signal(SIGINT, SIG_DFL);
  ::execve(what.program.c_str(), argv.data(), envp.data());
  throw_system_error("cannot start", what.program.native());
}

/// Everything that happens inside, in order.
void enter(const Confined& what, const IdMap& map, const Fd& channel) {
  Fd folder = receive_go(channel);  // the id maps are written
  take_ids(map);
  die_with_parent(channel);
  auto network = NetworkNamespace::begin();  // it takes the kernel as long as all the mounts
  ::umask(022);
  receive_only();
  build_confined_root(what, std::move(folder));
  std::move(network).enter();
  if (what.open_doors) await_doors(channel);
  take_streams(what);
  limit_files(what);
  cut_capabilities(kBuildCapabilities);  // forbids new privileges: the filter requires it
  apply_build_filter(map.single() ? Owners::fake : Owners::real);
  start(what);
}

[[noreturn]] void inside(const Confined& what, const IdMap& map, const Channel& channel) noexcept {
  try {
    enter(what, map, channel.theirs);
  } catch (const std::exception& error) {
    const auto* known = dynamic_cast<const Error*>(&error);
    const std::string news = fmt::format("{}\n{}\n", error.what(), known ? known->hint() : "");
    [[maybe_unused]] const ssize_t n = ::send(channel.theirs.get(), news.data(), news.size(), MSG_NOSIGNAL);
  }
  ::_exit(static_cast<int>(ExitCode::failed));
}

/// Ends at the program's start, which closes the channel; throws what went wrong before.
void await_start(const Confined& what, const Child& child, const Fd& channel) {
  char word = 0;
  if (what.open_doors && ::recv(channel.get(), &word, 1, MSG_PEEK | MSG_WAITALL) == 1 && word == kNetwork) {
    (void)::recv(channel.get(), &word, 1, 0);
    what.open_doors(child.pidfd());
    send_go(channel, Fd());
  }
  const std::string news = read_all(channel.get(), 65536, "the confined program");
  if (news.empty()) return;
  const std::size_t line = news.find('\n');
  const std::string hint = line == news.npos ? "" : news.substr(line + 1);
  if (hint.starts_with('\n') || hint.empty()) throw Error(HostCheck::namespaces, news.substr(0, line));
  throw Error(ExitCode::host, news.substr(0, line), hint.substr(0, hint.find('\n')));  // it names its line
}

Fd mapped_folder(const Confined& what, const IdMap& map, pid_t child) {
  if (map.single()) return Fd();
  return copy_mount_mapped(AT_FDCWD, what.folder.c_str(), MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV,
                           open_user_namespace(child));
}

}  // namespace

std::vector<Path> shown_by_default() {
  return {"/usr",           "/bin",           "/sbin",
          "/lib",           "/lib64",         "/lib32",
          "/libx32",        "/etc/ld.so.cache", "/etc/alternatives",
          "/etc/nsswitch.conf",
          "/etc/host.conf", "/etc/gai.conf",  "/etc/services",
          "/etc/protocols", "/etc/ssl/certs", "/etc/passwd",
          "/etc/group",     "/etc/os-release", "/etc/debian_version"};
}

Ending run_confined(const Confined& what, const std::function<void()>& tick) {
  const IdMap map = build_ids();
  Channel channel = make_channel();
  CloneResult cloned = clone_isolated(-1);
  if (cloned.pid == 0) {
    channel.ours.close();
    inside(what, map, channel);
  }
  channel.theirs.close();
  Child child = Child::adopt(cloned.pid, std::move(cloned.pidfd));
  write_id_maps(child.pid(), map);
  send_go(channel.ours, mapped_folder(what, map, child.pid()));
  await_start(what, child, channel.ours);
  for (;;) {
    const auto soon = std::chrono::steady_clock::now() + std::chrono::milliseconds(100);
    if (const std::optional<Ending> ending = child.wait_until(soon)) return *ending;
    tick();
  }
}

}  // namespace sandbox::isolate
