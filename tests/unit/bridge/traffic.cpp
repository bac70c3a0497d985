// Through both ends, with the real agent behind them.
#include <fcntl.h>
#include <poll.h>

#include <algorithm>
#include <csignal>
#include <random>
#include <thread>

#include "../agent/running_agent.hpp"
#include "catch.hpp"
#include "life/connection.hpp"
#include "life/detached.hpp"
#include "life/transfer.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::test;
using namespace std::chrono_literals;

namespace {

std::string random_bytes(std::size_t size) {
  std::mt19937_64 generator(42);
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i + 8 <= size; i += 8) {
    const std::uint64_t word = generator();
    std::memcpy(&bytes[i], &word, sizeof word);
  }
  return bytes;
}

/// A minute at most: nothing here depends on how fast the machine is.
void until(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + 60s;
  while (!condition()) {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
    std::this_thread::sleep_for(5ms);
  }
}

std::string execute(const std::vector<std::string>& argv, bool input = false) {
  life::FrameBuilder frame(wire::Kind::execute);
  for (const std::string& argument : argv) frame.add(wire::Tag::argument, argument);
  if (input) frame.add(wire::Tag::input);
  return frame.bytes();
}

wire::Ended await_end(life::Connection& client) {
  for (;;) {
    const life::Frame frame = client.receive();
    if (frame.kind == wire::Kind::ended) return frame.as<wire::Ended>();
    REQUIRE(frame.kind == wire::Kind::started);
  }
}

/// What is in a pipe now.
std::string now_in(const Fd& pipe) {
  ::fcntl(pipe.get(), F_SETFL, O_NONBLOCK);
  std::string bytes(1 << 20, '\0');
  const ssize_t n = ::read(pipe.get(), bytes.data(), bytes.size());
  bytes.resize(n < 0 ? 0 : static_cast<std::size_t>(n));
  return bytes;
}

struct Bridged : RunningAgent {
  Bridged() : RunningAgent(Killing::reaper, Reach::bridged) {
    run("true");
    quiet();
  }
  /// Waits until neither end has anything open of earlier commands.
  void quiet() {
    for (Child* end : {&bridges().host(), &bridges().guest()})
      until([&] { return descriptors_of(end->pid()).value_or(kIdle) == kIdle; });
  }
  static constexpr std::size_t kIdle = 5;  // stdin, stdout, stderr, control socket, port
};

}  // namespace

TEST_CASE("50 MB arrive as they were written, in and out") {
  Bridged agent;
  const std::string bytes = random_bytes(50 << 20);
  life::put_bytes(agent.connect(), bytes, "/tmp/file", 0644, {});
  const TempDir here = scratch();
  const Fd sink(::open((here.path() / "file").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  life::get_file(agent.connect(), "/tmp/file", {}, sink);
  CHECK(read_file(here.path() / "file", 64 << 20) == bytes);
  agent.quiet();
}

TEST_CASE("a command's input ends when the client closes it") {
  Bridged agent;
  life::Connection client(agent.connect());
  client.send(execute({"wc", "-c"}, true));
  life::Frame streams = client.receive();
  REQUIRE(streams.descriptors.size() == 3);
  write_all(streams.descriptors[0].get(), "seven..", "stdin");
  streams.descriptors[0].close();
  CHECK(await_end(client).exit_code == 0);
  CHECK(now_in(streams.descriptors[1]) == "7\n");
}

TEST_CASE("whoever hears the end has all of the output") {
  Bridged agent;
  for (int i = 0; i < 200; ++i) {
    life::Connection client(agent.connect());
    client.send(execute({"echo", std::to_string(i)}));
    const life::Frame streams = client.receive();
    REQUIRE(streams.descriptors.size() == 2);
    REQUIRE(await_end(client).exit_code == 0);
    REQUIRE(now_in(streams.descriptors[0]) == std::to_string(i) + "\n");
  }
  agent.quiet();
}

TEST_CASE("the end waits for a reader of all that was written before it, and for no more") {
  Bridged agent;
  life::Connection client(agent.connect());
  client.send(execute({"sh", "-c", "seq 200000; (sleep 0.1; exec yes) & exit 5"}));
  const life::Frame streams = client.receive();
  REQUIRE(streams.descriptors.size() == 2);
  const Fd& output = streams.descriptors[0];
  std::string all;
  ::fcntl(output.get(), F_SETFL, O_NONBLOCK);
  std::optional<life::Frame> ended;
  until([&] {
    auto frame = client.poll();
    if (frame && frame->kind == wire::Kind::ended) ended = std::move(frame);
    all += now_in(output);
    return ended.has_value();
  });
  CHECK(ended->as<wire::Ended>().exit_code == 5);
  CHECK(all.find("\n200000\n") != std::string::npos);
}

TEST_CASE("a writer whose reader left dies of it") {
  Bridged agent;
  life::Connection client(agent.connect());
  client.send(execute({"yes"}));
  life::Frame streams = client.receive();
  REQUIRE(streams.descriptors.size() == 2);
  streams.descriptors[0].close();
  CHECK(await_end(client).signal == SIGPIPE);
}

TEST_CASE("a command ends with its client, and nothing of it is left at either end") {
  Bridged agent;
  {
    life::Connection client(agent.connect());
    client.send(execute({"sleep", "61"}));
    while (client.receive().kind != wire::Kind::started) {
    }
    until([&] { return agent.count("sleep") == 1; });
  }
  until([&] { return agent.count("sleep") == 0; });
  agent.quiet();
}

TEST_CASE("a client that reads nothing holds up nobody, and costs no time") {
  Bridged agent;
  life::Connection client(agent.connect());
  client.send(execute({"yes"}));
  CHECK(client.receive().descriptors.size() == 2);  // and they are closed: the writer dies
  life::Connection stuck(agent.connect());
  stuck.send(execute({"yes"}));
  const life::Frame streams = stuck.receive();
  for (int i = 0; i < 20; ++i) CHECK(agent.run("echo " + std::to_string(i)).out.kept == std::to_string(i) + "\n");
}

TEST_CASE("a hundred conversations, then fifty at once, leave no descriptor behind") {
  Bridged agent;
  for (int i = 0; i < 100; ++i) REQUIRE(agent.run("exit 3").verdict.exit == 3);
  agent.quiet();
  std::vector<life::Connection> clients;
  std::vector<life::Frame> streams;
  for (int i = 0; i < 50; ++i) {
    clients.emplace_back(agent.connect());
    clients.back().send(execute({"sh", "-c", "read line; echo $line; exit " + std::to_string(i)}, true));
  }
  for (auto& client : clients) streams.push_back(client.receive());
  for (std::size_t i = 0; i < 50; ++i) {
    REQUIRE(streams[i].descriptors.size() == 3);
    write_all(streams[i].descriptors[0].get(), "line " + std::to_string(i) + "\n", "stdin");
  }
  for (std::size_t i = 0; i < 50; ++i) {
    REQUIRE(await_end(clients[i]).exit_code == static_cast<int>(i));
    REQUIRE(now_in(streams[i].descriptors[1]) == "line " + std::to_string(i) + "\n");
  }
  clients.clear();
  streams.clear();
  agent.quiet();
}

TEST_CASE("more clients than the agent takes are refused, and leave nothing") {
  Bridged agent;
  std::vector<Fd> idle;
  for (int i = 0; i < 700; ++i) idle.push_back(agent.connect());
  for (Fd& client : idle) write_all(client.get(), life::FrameBuilder(wire::Kind::to_agent).bytes(), "client");
  // Past what the agent takes an answer says so; past what the bridge takes the connection ends.
  constexpr std::ptrdiff_t kMostClients = 128;
  until([&] {
    return std::count_if(idle.begin(), idle.end(), [](const Fd& client) {
      pollfd waiting{client.get(), POLLIN, 0};
      return ::poll(&waiting, 1, 0) == 1;
    }) == 700 - kMostClients;
  });
  idle.clear();
  agent.quiet();
  // The agent has yet to hear that they are gone.
  until([&] { return agent.run("echo alive").out.kept == "alive\n"; });
}

TEST_CASE("the output of a detached command can be followed while it grows") {
  Bridged agent;
  life::Request request;
  request.argv = {"sh", "-c", "echo begun; while [ ! -e /tmp/go ]; do sleep 0.01; done; seq 100000"};
  request.detach = true;
  const int pid = life::start_detached(agent.connect(), request);
  life::Connection client(agent.connect());
  client.send(life::FrameBuilder(wire::Kind::attach).add_value(wire::Tag::pid, static_cast<std::uint64_t>(pid)).bytes());
  life::Frame streams = client.receive();
  REQUIRE(streams.descriptors.size() == 1);
  const Fd output = life::checked_file(std::move(streams.descriptors[0]));
  std::string all;
  until([&] { return (all += now_in(output)) == "begun\n"; });
  agent.run("touch /tmp/go");
  until([&] {
    all += now_in(output);
    const auto frame = client.poll();
    return frame && frame->kind == wire::Kind::ended;
  });
  all += now_in(output);
  CHECK(all.size() == 6 + 588895);
  CHECK(all.ends_with("\n100000\n"));
}

TEST_CASE("a terminal goes both ways and ends with what it runs") {
  Bridged agent;
  life::FrameBuilder frame(wire::Kind::execute);
  for (const char* argument : {"sh", "-c", "stty size; read line; echo got $line"}) frame.add(wire::Tag::argument, argument);
  frame.add_value(wire::Tag::terminal, wire::TerminalSize{30, 90});
  life::Connection client(agent.connect());
  client.send(frame.bytes());
  life::Frame streams = client.receive();
  REQUIRE(streams.descriptors.size() == 1);
  const Fd terminal = life::checked_terminal(std::move(streams.descriptors[0]));
  write_all(terminal.get(), "word\n", "terminal");
  std::string all;
  until([&] {
    char bytes[4096];
    const ssize_t n = ::read(terminal.get(), bytes, sizeof bytes);
    if (n > 0) all.append(bytes, static_cast<std::size_t>(n));
    return n == 0;
  });
  CHECK(contains(all, "30 90\r\n"));
  CHECK(contains(all, "got word\r\n"));
  CHECK(await_end(client).exit_code == 0);
}
