#include "base/child.hpp"

#include <fcntl.h>

#include <csignal>

#include "catch.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::test;

namespace {

Command shell(const std::string& script) {
  return {"/bin/sh", {"sh", "-c", script}, {"PATH=/usr/bin:/bin"}, {}, false};
}

/// What the script writes to descriptor 1.
std::string output_of(Command command) {
  Pipe pipe = test::make_pipe();
  command.descriptors.push_back({pipe.in.get(), 1});
  Child child = Child::spawn(command);
  pipe.in.close();
  const std::string text = read_all(pipe.out.get(), 1 << 20, "pipe");
  CHECK(shell_code(std::move(child).wait()) == 0);
  return text;
}

}  // namespace

TEST_CASE("a child's exit status and signal are told apart") {
  CHECK(std::get<Exited>(Child::spawn(shell("exit 7")).wait()).code == 7);
  CHECK(std::get<Killed>(Child::spawn(shell("kill -9 $$")).wait()).signal == SIGKILL);
}

TEST_CASE("a program that cannot start is an error in the parent") {
  Command missing{"/nonexistent/program", {"program"}, {}, {}, false};
  CHECK(contains(error_of([&] { Child::spawn(missing); }).what(), "No such file"));
}

TEST_CASE("a failed start is noticed although descriptors go to the lowest numbers") {
  const Pipe pipe = test::make_pipe();
  Command missing{"/nonexistent/program", {"program"}, {}, {}, false};
  for (int to = 3; to < 12; ++to) missing.descriptors.push_back({pipe.in.get(), to});
  CHECK_THROWS_AS(Child::spawn(missing), Error);
}

TEST_CASE("a child has exactly the descriptors that are listed") {
  const Fd stranger(::open("/dev/zero", O_RDONLY));  // no close-on-exec: a library's, say
  Command command = shell("for fd in 3 4 5 6 7 8 9; do [ -e /proc/self/fd/$fd ] && echo $fd; done; true");
  const Pipe extra = test::make_pipe();
  command.descriptors.push_back({extra.in.get(), 9});
  CHECK(output_of(command) == "9\n");
}

TEST_CASE("descriptors may trade places") {
  Pipe first = test::make_pipe();
  Pipe second = test::make_pipe();
  Command command = shell("echo one >&8; echo two >&9");
  const Fd eight(::fcntl(first.in.get(), F_DUPFD_CLOEXEC, 8));
  const Fd nine(::fcntl(second.in.get(), F_DUPFD_CLOEXEC, 9));
  command.descriptors = {{eight.get(), nine.get()}, {nine.get(), eight.get()}};
  if (eight.get() != 8 || nine.get() != 9) return;
  CHECK(shell_code(Child::spawn(command).wait()) == 0);
  first.in.close();
  char text[8] = {};
  CHECK(read_some(first.out.get(), text, sizeof text, "pipe") == 4);
  CHECK(std::string(text) == "two\n");
}

TEST_CASE("a standard stream of ours can be passed on") {
  const Fd saved = duplicate(1);
  Pipe pipe = test::make_pipe();
  ::dup2(pipe.in.get(), 1);
  Command command = shell("echo through");
  command.descriptors = {{1, 1}};
  Child child = Child::spawn(command);
  ::dup2(saved.get(), 1);
  pipe.in.close();
  CHECK(read_all(pipe.out.get(), 100, "pipe") == "through\n");
  CHECK(shell_code(std::move(child).wait()) == 0);
}

TEST_CASE("standard streams that are not listed are /dev/null") {
  CHECK(output_of(shell("cat; echo lost >&2; readlink /proc/self/fd/0")) == "/dev/null\n");
}

TEST_CASE("a dropped child is killed and reaped") {
  int pid = 0;
  {
    const Child child = Child::spawn(shell("exec sleep 1000"));
    pid = child.pid();
    CHECK(::kill(pid, 0) == 0);
  }
  CHECK(::kill(pid, 0) < 0);
}

TEST_CASE("waiting ends at the deadline and the child lives on") {
  Child child = Child::spawn(shell("exec sleep 1000"));
  CHECK_FALSE(child.wait_until(std::chrono::steady_clock::now() + std::chrono::milliseconds(20)));
  child.signal(SIGTERM);
  const auto ending = child.wait_until(std::chrono::steady_clock::now() + std::chrono::seconds(10));
  REQUIRE(ending);
  CHECK(std::get<Killed>(*ending).signal == SIGTERM);
}

TEST_CASE("a child has no blocked and no ignored signals") {
  ::signal(SIGPIPE, SIG_IGN);
  sigset_t all, before;
  sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, &before);
  const std::string status = output_of(shell("grep -E '^Sig(Blk|Ign)' /proc/self/status"));
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  CHECK(status == "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST_CASE("a thousand children leave no descriptor behind") {
  const std::size_t before = open_descriptors();
  for (int i = 0; i < 1000; ++i) (void)Child::spawn({"/bin/true", {"true"}, {}, {}, false}).wait();
  CHECK(open_descriptors() == before);
}

TEST_CASE("a cgroup that cannot be entered does not keep a child from starting") {
  Command command = shell("echo alive");
  const Fd no_cgroup(::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  command.cgroup = no_cgroup.get();
  CHECK(output_of(command) == "alive\n");
}
