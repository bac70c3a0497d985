#include <csignal>
#include <random>

#include "catch.hpp"
#include "life/connection.hpp"
#include "life/detached.hpp"
#include "life/transfer.hpp"
#include "running_agent.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::test;
using namespace std::chrono_literals;
using record::Reason;
using record::Status;

namespace {

std::string random_bytes(std::size_t size) {
  std::mt19937 generator(42);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(generator());
  return bytes;
}

/// Once with each way of killing that this host has, and once through a bridge.
void with_each_killing(const std::function<void(RunningAgent&)>& test) {
  for (const Killing killing : {Killing::reaper, Killing::cgroup}) {
    if (!RunningAgent::can(killing)) continue;
    INFO("killing by " << (killing == Killing::reaper ? "reaper" : "cgroup"));
    RunningAgent agent(killing);
    test(agent);
  }
  INFO("through a bridge");
  RunningAgent agent(Killing::reaper, Reach::bridged);
  test(agent);
}

/// A minute at most: nothing here depends on how fast the machine is.
void until(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + 60s;
  while (!condition()) {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
    std::this_thread::sleep_for(5ms);
  }
}

life::Request with_timeout(std::chrono::milliseconds timeout, std::chrono::milliseconds grace = 0ms) {
  life::Request request;
  request.timeout = timeout;
  request.grace = grace;
  return request;
}

}  // namespace

TEST_CASE("a command's status, streams and resources come back") {
  with_each_killing([](RunningAgent& agent) {
    const auto outcome = agent.run("echo out; echo err >&2; exit 7");
    CHECK(outcome.verdict.status == Status::finished);
    CHECK(outcome.verdict.exit == 7);
    CHECK(outcome.out.kept == "out\n");
    CHECK(outcome.err.kept == "err\n");
    CHECK(outcome.usage.peak_bytes.value_or(0) > 0);
    const auto killed = agent.run("kill -SEGV $$");
    CHECK(killed.verdict.status == Status::killed);
    CHECK(killed.verdict.signal == SIGSEGV);
  });
}

TEST_CASE("bytes arrive exactly as they were written") {
  with_each_killing([](RunningAgent& agent) {
    const std::string bytes = random_bytes(3 << 20);
    life::put_bytes(agent.connect(), bytes, "deep/er/file", 0640, {});
    CHECK(agent.run("cat deep/er/file").out.kept == bytes);
    CHECK(agent.run("stat -c %a deep/er/file").out.kept == "640\n");
    const TempDir here = scratch();
    const Fd sink(::open((here.path() / "file").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    life::get_file(agent.connect(), "/tmp/deep/er/file", {}, sink);
    CHECK(read_file(here.path() / "file", 4 << 20) == bytes);
  });
}

TEST_CASE("a command has exactly three descriptors and starts with default signals") {
  with_each_killing([](RunningAgent& agent) {
    CHECK(agent.run("ls /proc/$$/fd").out.kept == "0\n1\n2\n");
    CHECK(contains(agent.run("cat /proc/$$/status").out.kept, "SigIgn:\t0000000000000000"));
    CHECK(contains(agent.run("cat /proc/self/status").out.kept, "SigBlk:\t0000000000000000"));
    CHECK(agent.run("cat /proc/self/oom_score_adj").out.kept == "1000\n");
    CHECK(agent.run("echo $GREETING; pwd; umask").out.kept == "hello\n/tmp\n0022\n");
    CHECK(agent.run("cat /proc/1/environ").verdict.exit != 0);  // not dumpable: nobody looks in
  });
}

TEST_CASE("root keeps ten capabilities and clone3 is closed for commands") {
  RunningAgent agent(Killing::reaper);
  const std::string status = agent.run("cat /proc/self/status").out.kept;
  for (const char* set : {"CapPrm", "CapEff", "CapBnd"}) CHECK(contains(status, std::string(set) + ":\t00000000800401fb"));
  for (const char* set : {"CapInh", "CapAmb"}) CHECK(contains(status, std::string(set) + ":\t0000000000000000"));
  CHECK(contains(status, "Seccomp:\t2"));
}

TEST_CASE("what cannot start says at which step") {
  with_each_killing([](RunningAgent& agent) {
    life::Request request;
    request.argv = {"no-such-program"};
    CHECK(error_of([&] { life::pass_through(agent.target(), request); }).code() == ExitCode::not_found);
    request.argv = {"/etc"};
    CHECK(error_of([&] { life::pass_through(agent.target(), request); }).code() == ExitCode::cannot_exec);
    request.argv = {"/bin/true"};
    request.cwd = "/no/such/place";
    CHECK(contains(error_of([&] { life::pass_through(agent.target(), request); }).what(), "cannot enter --cwd '/no/such/place'"));
    request.cwd = {};
    request.user = "no-such-user";
    CHECK(contains(error_of([&] { life::pass_through(agent.target(), request); }).what(), "no such user"));
    request.user = "1234567";  // not mapped in this namespace
    CHECK(contains(error_of([&] { life::pass_through(agent.target(), request); }).what(), "cannot become '1234567'"));
  });
}

TEST_CASE("a time-out ends every descendant, daemons included") {
  with_each_killing([](RunningAgent& agent) {
    const auto outcome = agent.run("(setsid sh -c 'sleep 61 & sleep 61' &); setsid sh -c 'sleep 61 &' ; sleep 61", with_timeout(300ms));
    CHECK(outcome.verdict.reason == Reason::timeout);
    CHECK(record::shell_code(outcome.verdict) == 124);
    CHECK(outcome.usage.wall_ms < 30000);  // long before the sleeps are over
    CHECK(agent.count("sleep") == 0);
  });
}

TEST_CASE("a time-out ends a fork bomb") {
  with_each_killing([](RunningAgent& agent) {
    // 127 processes that keep forking short-lived ones, each in a session of its own.
    const std::string bomb =
        "cat > bomb <<'E'\n[ $1 = 0 ] || { setsid sh bomb $(($1 - 1)) & setsid sh bomb $(($1 - 1)) & }\n"
        "while :; do (:) & (:) ; done\nE\nsh bomb 5 & sleep 61";
    const auto outcome = agent.run(bomb, with_timeout(500ms));
    CHECK(outcome.verdict.reason == Reason::timeout);
    CHECK(agent.count("sh") <= 1);  // the one that counts
    CHECK(agent.count("sleep") == 0);
  });
}

TEST_CASE("SIGTERM comes first when there is a grace") {
  with_each_killing([](RunningAgent& agent) {
    const auto outcome = agent.run("trap 'echo bye; exit 3' TERM; while :; do sleep 0.05; done", with_timeout(1s, 60s));
    CHECK(outcome.out.kept == "bye\n");
    CHECK(outcome.verdict.reason == Reason::timeout);
    CHECK(outcome.usage.wall_ms < 30000);  // long before the grace is over
  });
}

TEST_CASE("a daemon that keeps the pipes open does not hold up the end") {
  with_each_killing([](RunningAgent& agent) {
    const auto outcome = agent.run("echo before; sleep 62 & exit 4");
    CHECK(outcome.verdict.exit == 4);
    CHECK(outcome.out.kept == "before\n");
    CHECK(outcome.usage.wall_ms < 30000);  // long before the sleep is over
    // It ended by itself: what it left is left alone.
    until([&] { return agent.count("sleep") == 1; });
  });
}

TEST_CASE("a command ends with its client") {
  with_each_killing([](RunningAgent& agent) {
    {
      life::Connection client(agent.connect());
      life::FrameBuilder execute(wire::Kind::execute);
      client.send(execute.add(wire::Tag::argument, "sleep").add(wire::Tag::argument, "63").bytes());
      while (client.receive().kind != wire::Kind::started) {
      }
      until([&] { return agent.count("sleep") == 1; });
    }
    until([&] { return agent.count("sleep") == 0; });
  });
}

TEST_CASE("a signal right behind the request reaches the command") {
  with_each_killing([](RunningAgent& agent) {
    for (int i = 0; i < 50; ++i) {
      life::Connection client(agent.connect());
      life::FrameBuilder execute(wire::Kind::execute), signal(wire::Kind::signal);
      execute.add(wire::Tag::argument, "sleep").add(wire::Tag::argument, "65");
      signal.add_value(wire::Tag::number, std::uint64_t{SIGTERM});
      client.send(std::string(execute.bytes()) + std::string(signal.bytes()));
      life::Frame frame = client.receive();
      while (frame.kind != wire::Kind::ended) frame = client.receive();
      REQUIRE(frame.as<wire::Ended>().signal == SIGTERM);
    }
  });
}

TEST_CASE("a client that reads nothing holds up nobody") {
  with_each_killing([](RunningAgent& agent) {
    life::Connection client(agent.connect());
    client.send(life::FrameBuilder(wire::Kind::execute).add(wire::Tag::argument, "yes").bytes());
    const life::Frame streams = client.receive();
    CHECK(streams.descriptors.size() == 2);
    for (int i = 0; i < 20; ++i) CHECK(agent.run("echo " + std::to_string(i)).out.kept == std::to_string(i) + "\n");
  });
}

TEST_CASE("a terminal is made inside and has the size asked for") {
  with_each_killing([](RunningAgent& agent) {
    life::Request request;
    request.terminal = true;
    const auto outcome = agent.run("tty; stty size; echo done >&2", request);
    CHECK(contains(outcome.out.kept, "/dev/pts/"));
    CHECK(contains(outcome.out.kept, "done\r\n"));
    CHECK(outcome.verdict.exit == 0);
  });
}

TEST_CASE("a detached command can be listed, followed and signalled") {
  with_each_killing([](RunningAgent& agent) {
    life::Request request;
    request.argv = {"sh", "-c", "echo begun; sleep 64"};
    request.detach = true;
    const int pid = life::start_detached(agent.connect(), request);
    auto processes = life::list_detached(agent.connect());
    REQUIRE(processes.size() == 1);
    CHECK(processes[0].pid == pid);
    CHECK(processes[0].running);
    CHECK(processes[0].argv == request.argv);
    until([&] { return agent.count("sleep") == 1; });
    life::signal_detached(agent.connect(), pid, SIGTERM);
    until([&] { return !life::list_detached(agent.connect())[0].running; });
    life::Connection client(agent.connect());
    client.send(life::FrameBuilder(wire::Kind::attach).add_value(wire::Tag::pid, static_cast<std::uint64_t>(pid)).bytes());
    life::Frame streams = client.receive();
    REQUIRE(streams.descriptors.size() == 1);
    const Fd output = life::checked_file(std::move(streams.descriptors[0]));
    CHECK(client.receive().as<wire::Ended>().signal == SIGTERM);
    std::string written(100, '\0');  // of a file, or of the pipe that stands for it
    written.resize(static_cast<std::size_t>(std::max<ssize_t>(0, ::read(output.get(), written.data(), written.size()))));
    CHECK(written == "begun\n");
    CHECK(contains(error_of([&] { life::signal_detached(agent.connect(), 99999, SIGTERM); }).what(), "no detached process"));
    request.argv = {"no-such-program"};
    CHECK(error_of([&] { life::start_detached(agent.connect(), request); }).code() == ExitCode::not_found);
  });
}

TEST_CASE("more detached commands than the table holds are refused, ended ones make room") {
  RunningAgent agent(Killing::reaper);
  life::Request request;
  request.detach = true;
  request.argv = {"true"};
  for (int i = 0; i < 70; ++i) {
    life::start_detached(agent.connect(), request);
    until([&] { return !life::list_detached(agent.connect()).back().running; });
  }
  CHECK(life::list_detached(agent.connect()).size() <= 64);
}

TEST_CASE("a file that was not put whole never appears") {
  with_each_killing([](RunningAgent& agent) {
    {
      life::Connection client(agent.connect());
      client.send(life::FrameBuilder(wire::Kind::put).add(wire::Tag::path, "/tmp/half").bytes());
      const life::Frame streams = client.receive();
      REQUIRE(streams.descriptors.size() == 1);
      write_all(streams.descriptors[0].get(), "half of it", "pipe");
    }
    until([&] { return agent.run("ls -A /tmp").out.kept == ""; });
  });
}

TEST_CASE("only regular files come out") {
  with_each_killing([](RunningAgent& agent) {
    agent.run("mkfifo fifo; mkdir folder");
    const Fd sink(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    for (const char* path : {"/tmp/fifo", "/tmp/folder", "/dev/zero", "/tmp/none"})
      CHECK(contains(error_of([&] { life::get_file(agent.connect(), path, {}, sink); }).what(), path));
    CHECK(contains(error_of([&] { life::put_bytes(agent.connect(), "x", "/tmp/folder", 0644, {}); }).what(), "cannot copy"));
  });
}

TEST_CASE("no frame ends the agent") {
  RunningAgent agent(Killing::reaper);
  std::mt19937 generator(7);
  for (int i = 0; i < 300; ++i) {
    std::string payload(generator() % 64, '\0');
    for (char& byte : payload) byte = static_cast<char>(generator() % 3 == 0 ? generator() : 0);
    wire::Header header{static_cast<std::uint32_t>(payload.size()), static_cast<wire::Kind>(generator() % 60), 0};
    if (i % 10 == 0) header.length = static_cast<std::uint32_t>(generator());
    life::Connection client(agent.connect());
    client.send(std::string(reinterpret_cast<const char*>(&header), sizeof header) + payload);
  }
  CHECK(agent.run("echo alive").out.kept == "alive\n");
}

TEST_CASE("a thousand commands leave no descriptor and no zombie") {
  RunningAgent agent(Killing::reaper);
  life::Request request;
  request.argv = {"/bin/true"};
  agent.run("true");
  agent.settle();
  const std::size_t before = open_descriptors();
  for (int i = 0; i < 1000; ++i) REQUIRE(life::capture(agent.target(), request, {}).verdict.succeeded());
  agent.settle();
  CHECK(open_descriptors() == before);
  CHECK(contains(agent.run("ls -d /proc/[0-9]* | wc -l").out.kept, "\n"));
  CHECK(agent.count("true") == 0);
}

TEST_CASE("the agent leaves when its supervisor is gone") {
  RunningAgent agent(Killing::reaper);
  life::Request request;
  request.argv = {"sleep", "65"};
  request.detach = true;
  life::start_detached(agent.connect(), request);
  agent.hang_up();
  CHECK(agent.ends_within(2s));
}
