#include "running_agent.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <tuple>

#include "catch.hpp"
#include "life/connection.hpp"

namespace sandbox::test {

namespace {

constexpr const char* kHierarchies[] = {"/sys/fs/cgroup/unified", "/sys/fs/cgroup"};

/// A new directory in a cgroup v2 hierarchy, or empty.
std::string make_cgroup() {
  for (const char* hierarchy : kHierarchies) {
    const std::string path = fmt::format("{}/sandbox-test-{}", hierarchy, ::getpid());
    if (::access(fmt::format("{}/cgroup.procs", hierarchy).c_str(), W_OK) < 0) continue;
    if (::mkdir(path.c_str(), 0755) < 0 && errno != EEXIST) continue;
    if (::access((path + "/cgroup.kill").c_str(), W_OK) == 0) return path;
    ::rmdir(path.c_str());
  }
  return {};
}

void send_with(int socket, std::string_view frame, int descriptor) {
  iovec part{const_cast<char*>(frame.data()), frame.size()};
  alignas(cmsghdr) char space[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (descriptor >= 0) {
    message.msg_control = space;
    message.msg_controllen = sizeof space;
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  }
  if (::sendmsg(socket, &message, MSG_NOSIGNAL) < 0) throw_system_error("cannot send to the agent");
}

wire::Kind next_kind(int control) {
  char bytes[256];
  const ssize_t n = ::recv(control, bytes, sizeof bytes, 0);
  wire::Header header{};
  if (n >= static_cast<ssize_t>(sizeof header)) std::memcpy(&header, bytes, sizeof header);
  return header.kind;
}

}  // namespace

bool RunningAgent::can(Killing killing) {
  if (killing == Killing::reaper) return true;
  const std::string path = make_cgroup();
  if (!path.empty()) ::rmdir(path.c_str());
  return !path.empty();
}

RunningAgent::RunningAgent(Killing killing, Reach reach) {
  Fd theirs;
  if (reach == Reach::bridged) {
    bridges_ = std::make_unique<Bridges>();
    control_ = bridges_->take_supervisor();
    theirs = bridges_->take_agent();
  } else {
    std::tie(control_, theirs) = socket_pair(SOCK_SEQPACKET);
    lose_patience(control_);
  }
  // Opened before /tmp is covered: the source tree may lie below it.
  const std::string script = fmt::format(
      "exec 9<'{}'; mount -t devpts -o newinstance,ptmxmode=0666 devpts /dev/pts; mount -t tmpfs none /tmp; "
      "exec /proc/self/fd/9",
      (libexec_directory() / "sandbox-agent").native());
  process_ = std::make_unique<Child>(Child::spawn(
      {"/usr/bin/unshare",
       {"unshare", "-Urpfm", "--mount-proc", "--kill-child", "sh", "-c", script},
       {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"},
       {{theirs.get(), wire::kAgentControlFd}},
       true}));
  theirs.close();  // so that the death of the agent is heard
  Fd directory;
  if (killing == Killing::cgroup) {
    cgroup_ = make_cgroup();
    directory = Fd(::open(cgroup_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }
  life::FrameBuilder setup(wire::Kind::setup);
  setup.add(wire::Tag::environment, "GREETING=hello").add(wire::Tag::directory, "/tmp");
  send_with(control_.get(), setup.bytes(), directory.get());
  REQUIRE(next_kind(control_.get()) == wire::Kind::ready);
}

RunningAgent::~RunningAgent() {
  waiters_.clear();
  control_.close();
  ends_within(std::chrono::seconds(5));
  if (!cgroup_.empty()) {
    for (int tries = 0; ::rmdir(cgroup_.c_str()) < 0 && tries < 100; ++tries) {
      std::error_code ignored;  // leaves of commands that were running go first
      for (const auto& entry : std::filesystem::directory_iterator(cgroup_, ignored))
        if (entry.is_directory()) ::rmdir(entry.path().c_str());
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
}

bool RunningAgent::ends_within(std::chrono::milliseconds time) {
  if (!process_) return true;
  if (!process_->wait_until(std::chrono::steady_clock::now() + time)) return false;
  process_.reset();
  return true;
}

Fd RunningAgent::connect() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) throw_system_error("cannot make sockets");
  waiters_.emplace_back([this, theirs = std::make_shared<Fd>(ends[1])] { hand_over(std::move(*theirs)); });
  return Fd(ends[0]);
}

/// What the supervisor does: reads exactly the first header and passes the rest on.
void RunningAgent::hand_over(Fd connection) {
  wire::Header header{};
  if (::recv(connection.get(), &header, sizeof header, MSG_WAITALL) != sizeof header) return;
  char ignored[256];
  while (::recv(control_.get(), ignored, sizeof ignored, MSG_DONTWAIT) > 0) {
  }
  send_with(control_.get(), life::FrameBuilder(wire::Kind::client).bytes(), connection.get());
}

record::CommandOutcome RunningAgent::run(const std::string& script, life::Request request) {
  request.argv = {"/bin/sh", "-c", script};
  return life::capture(target(), request, {.kept = 16 << 20, .output = {}});
}

int RunningAgent::count(const std::string& name) {
  const std::string script = "for p in /proc/[0-9]*; do read -r c < $p/comm && echo $c; done 2>/dev/null";
  const std::string names = "\n" + run(script).out.kept;
  int found = 0;
  for (std::size_t at = names.find("\n" + name + "\n"); at != std::string::npos; at = names.find("\n" + name + "\n", at + 1)) ++found;
  return found;
}

}  // namespace sandbox::test
