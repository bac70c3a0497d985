// usage: yard DOORMAN [--allow RULE]... [--private RULE]... [--allow-cidr BLOCK]...
//             [--resolver ADDRESS:PORT] [--proxy URL] [--connections N] [--per-second N]
//             [--bytes N] [--log FILE] [--change-on-usr1 RULE] -- COMMAND...
//
// A bare network namespace with doors and nothing else of a sandbox: COMMAND runs in it, the
// doorman outside. With --change-on-usr1, that rule replaces all others when SIGUSR1 comes.
#include <fcntl.h>
#include <fmt/format.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "base/child.hpp"
#include "base/error.hpp"
#include "base/passing.hpp"
#include "base/temp_dir.hpp"
#include "doors/orders.hpp"
#include "doors/sockets.hpp"

using namespace sandbox;

namespace {

struct Options {
  std::string doorman, log = "/dev/null", later;
  doors::Orders orders;
  std::vector<char*> command;
};

Options parse(int argc, char** argv) {
  if (argc < 2) throw Error(ExitCode::input, "no doorman named");
  Options options;
  options.doorman = argv[1];
  int i = 2;
  for (; i < argc && std::string_view(argv[i]) != "--"; i += 2) {
    if (i + 1 == argc) throw Error(ExitCode::input, "an option without its value");
    const std::string_view name = argv[i], value = argv[i + 1];
    if (name == "--allow") options.orders.rules.rules.push_back(doors::parse_rule(value));
    if (name == "--private") {
      options.orders.rules.rules.push_back(doors::parse_rule(value));
      options.orders.rules.rules.back().private_too = true;
    }
    if (name == "--allow-cidr") options.orders.rules.blocks.push_back(doors::parse_block(value));
    if (name == "--resolver") options.orders.resolvers.emplace_back(value);
    if (name == "--proxy") options.orders.proxy = doors::host_proxy(std::string(value), "");
    if (name == "--connections") options.orders.limits.connections = std::strtoull(argv[i + 1], nullptr, 10);
    if (name == "--per-second") options.orders.limits.per_second = std::strtoull(argv[i + 1], nullptr, 10);
    if (name == "--bytes") options.orders.limits.bytes = std::strtoull(argv[i + 1], nullptr, 10);
    if (name == "--log") options.log = value;
    if (name == "--change-on-usr1") options.later = value;
  }
  for (++i; i < argc; ++i) options.command.push_back(argv[i]);
  options.command.push_back(nullptr);
  return options;
}

void bring_up_lo() {
  const Fd socket = checked_fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "cannot make a socket");
  ifreq request{{"lo"}, {}};
  request.ifr_flags = IFF_UP;
  if (::ioctl(socket.get(), SIOCSIFFLAGS, &request) < 0) throw_system_error("cannot bring up", "lo");
}

/// In the child: namespaces of its own, the resolver's file over the host's, then the command.
[[noreturn]] void live_inside(const Options& options, const Path& resolv, int ready, int go) {
  const std::string map = fmt::format("0 {} 1", ::geteuid()), group = fmt::format("0 {} 1", ::getegid());
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS) < 0) throw_system_error("cannot make namespaces");
  bring_up_lo();
  for (const auto& [file, text] : {std::pair("setgroups", std::string("deny")), {"uid_map", map}, {"gid_map", group}})
    write_all(Fd(::open(fmt::format("/proc/self/{}", file).c_str(), O_WRONLY | O_CLOEXEC)).get(), text, file);
  ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
  if (::mount(resolv.c_str(), "/etc/resolv.conf", nullptr, MS_BIND, nullptr) < 0) throw_system_error("cannot show a resolv.conf");
  write_all(ready, "r", "a pipe");
  char byte = 0;
  if (::read(go, &byte, 1) != 1) ::_exit(125);
  ::execvp(options.command[0], options.command.data());
  throw_system_error("cannot run", options.command[0]);
}

void send(const Fd& control, const doors::Orders& orders, const std::vector<Fd>& sockets) {
  char answer[256];
  doors::send_orders(control, orders, sockets);
  const ssize_t n = ::recv(control.get(), answer, sizeof answer, 0);
  if (std::string_view(answer, n > 0 ? static_cast<std::size_t>(n) : 0) != "done")
    throw Error(ExitCode::failed, fmt::format("the doorman says: {}", std::string_view(answer, n > 0 ? static_cast<std::size_t>(n) : 0)));
}

int run(Options options) {
  TempDir place = TempDir::create(std::getenv("TMPDIR") ? std::getenv("TMPDIR") : "/tmp");
  const Path resolv = place.path() / "resolv.conf";
  replace_file(resolv, "nameserver 198.18.0.1\n", 0644);
  int ready[2], go[2], control[2];
  if (::pipe2(ready, O_CLOEXEC) < 0 || ::pipe2(go, O_CLOEXEC) < 0 ||
      ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control) < 0)
    throw_system_error("cannot make pipes");
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(go[1]);
    live_inside(options, resolv, ready[1], go[0]);
  }
  char byte = 0;
  ::close(ready[1]);
  if (::read(ready[0], &byte, 1) != 1) throw Error(ExitCode::host, "no namespaces here");
  const Fd process = checked_fd(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)), "cannot hold the child");
  auto [names, sockets] = doors::make_sockets(process, options.orders.rules.ports(), doors::Ground::bare);
  options.orders.sockets = names;
  if (::geteuid() == 0) options.orders.user = 0x6FFF0000;
  // Nobody answers there: a yard has no ports.
  const auto [supply, supplied] = socket_pair(SOCK_SEQPACKET);
  const Fd ours(control[0]), log = checked_fd(::open(options.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600), "cannot open", options.log);
  Child doorman = Child::spawn({.program = options.doorman, .arguments = {"sandbox-doorman"}, .environment = {},
                                .descriptors = {{control[1], 3}, {log.get(), 4}, {supplied.get(), 5}}});
  ::close(control[1]);
  send(ours, options.orders, sockets);
  sockets.clear();
  write_all(go[1], "g", "a pipe");
  ::close(go[1]);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR || options.later.empty()) continue;
    options.orders.rules.rules = {doors::parse_rule(options.later)};
    auto more = doors::make_sockets(process, {}, doors::Ground::prepared);
    options.orders.sockets = more.names;
    send(ours, options.orders, more.sockets);
  }
  if (const auto ending = doorman.wait_until(std::chrono::steady_clock::now()))
    throw Error(ExitCode::failed, fmt::format("the doorman ended with {}", shell_code(*ending)));
  return shell_code(ending_of_status(status));
}

}  // namespace

int main(int argc, char** argv) {
  struct sigaction action {};
  action.sa_handler = [](int) {};
  ::sigaction(SIGUSR1, &action, nullptr);
  try {
    return run(parse(argc, argv));
  } catch (const Error& error) {
    std::fprintf(stderr, "yard: %s\n", error.what());
    return static_cast<int>(error.code());
  }
}
