// Through both ends, with the test in the roles of the supervisor and of the agent.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>

#include <array>

#include "bridges.hpp"
#include "catch.hpp"
#include "life/agent_link.hpp"
#include "life/connection.hpp"

using namespace sandbox;
using namespace sandbox::test;
using wire::Kind;

namespace {

struct Datagram {
  std::string bytes;
  std::vector<Fd> descriptors;
  Kind kind() const {
    wire::Header header{};
    if (bytes.size() >= sizeof header) std::memcpy(&header, bytes.data(), sizeof header);
    return header.kind;
  }
};

Datagram receive(const Fd& control) {
  Datagram datagram;
  datagram.bytes.resize(2 << 20);
  const ssize_t n = receive_passing(control.get(), datagram.bytes, datagram.descriptors);
  datagram.bytes.resize(n < 0 ? 0 : static_cast<std::size_t>(n));
  return datagram;
}

void send(const Fd& control, std::string_view frame, const Fd& along = {}) {
  const int descriptor = along.get();
  REQUIRE(send_passing(control.get(), frame, {&descriptor, along ? 1U : 0U}) == static_cast<ssize_t>(frame.size()));
}

/// Exactly so many bytes, or fewer at the end.
std::string read_from(const Fd& socket, std::size_t size) {
  std::string bytes(size, '\0');
  const ssize_t n = ::recv(socket.get(), bytes.data(), size, MSG_WAITALL);
  bytes.resize(n < 0 ? 0 : static_cast<std::size_t>(n));
  return bytes;
}

std::pair<Fd, Fd> patient_pair() {
  auto ends = socket_pair(SOCK_STREAM);
  lose_patience(ends.first);
  return ends;
}

struct Listener {
  Fd socket;
  std::uint16_t port = 0;
};

template <class Address>
Listener listen_on(Address address, in_port_t& port) {
  Listener listener{Fd(::socket(reinterpret_cast<sockaddr*>(&address)->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0)), 0};
  socklen_t size = sizeof address;
  REQUIRE(::bind(listener.socket.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::listen(listener.socket.get(), 8) == 0);
  Address bound{};
  ::getsockname(listener.socket.get(), reinterpret_cast<sockaddr*>(&bound), &size);
  std::memcpy(&port, reinterpret_cast<char*>(&bound) + 2, sizeof port);
  listener.port = ntohs(port);
  lose_patience(listener.socket);
  return listener;
}
Listener listen_ipv4() {
  in_port_t port = 0;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return listen_on(address, port);
}
Listener listen_ipv6() {
  in_port_t port = 0;
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  return listen_on(address, port);
}

Fd connect_to(std::uint16_t port) {
  Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  lose_patience(socket);
  return socket;
}

/// A connection on the host that is to be dialled inside.
Fd dial(const Bridges& bridges, std::uint16_t port) {
  const Listener front = listen_ipv4();
  life::AgentLink(bridges.supervisor()).dial(port, front.socket);
  return connect_to(front.port);
}

void talk_both_ways(const Fd& one, const Fd& other) {
  write_all(one.get(), "there", "socket");
  CHECK(read_from(other, 5) == "there");
  write_all(other.get(), "and back", "socket");
  CHECK(read_from(one, 8) == "and back");
  ::shutdown(one.get(), SHUT_WR);
  CHECK(read_from(other, 1).empty());
  write_all(other.get(), "last words", "socket");
  CHECK(read_from(one, 10) == "last words");
}

}  // namespace

TEST_CASE("datagrams cross whole and in order, both ways") {
  Bridges bridges;
  std::vector<std::string> frames;
  for (const std::size_t size : {0U, 1U, 100U, 32756U, 32757U, 90000U, 150000U}) {
    life::FrameBuilder frame(Kind::setup);
    if (size != 0) frame.add(wire::Tag::environment, std::string(size, static_cast<char>('a' + size % 26)));
    frames.push_back(frame.bytes());
  }
  for (const auto& [from, to] : {std::pair(&bridges.supervisor(), &bridges.agent()), std::pair(&bridges.agent(), &bridges.supervisor())}) {
    for (const std::string& frame : frames) send(*from, frame);
    for (const std::string& frame : frames) CHECK(receive(*to).bytes == frame);
  }
}

TEST_CASE("no descriptor of the host goes in with a datagram or with a client's bytes") {
  Bridges bridges;
  auto [read_end, write_end] = socket_pair(SOCK_STREAM);
  send(bridges.supervisor(), life::FrameBuilder(Kind::setup).bytes(), write_end);
  CHECK(receive(bridges.agent()).descriptors.empty());
  auto [client, theirs] = patient_pair();
  send(bridges.supervisor(), life::FrameBuilder(Kind::client).bytes(), theirs);
  theirs.close();
  Datagram arrived = receive(bridges.agent());
  REQUIRE(arrived.kind() == Kind::client);
  REQUIRE(arrived.descriptors.size() == 1);
  const int along = write_end.get();
  REQUIRE(send_passing(client.get(), "hello", {&along, 1}) == 5);
  write_end.close();
  std::array<char, 16> bytes;
  std::vector<Fd> descriptors;
  lose_patience(arrived.descriptors[0]);
  CHECK(receive_passing(arrived.descriptors[0].get(), bytes, descriptors) == 5);
  CHECK(descriptors.empty());
  lose_patience(read_end);
  CHECK(read_from(read_end, 1).empty());  // nobody has the other end any more
}

TEST_CASE("a client frame without a connection is dropped") {
  Bridges bridges;
  send(bridges.supervisor(), life::FrameBuilder(Kind::client).bytes());
  send(bridges.supervisor(), life::FrameBuilder(Kind::terminate).bytes());
  CHECK(receive(bridges.agent()).kind() == Kind::terminate);
}

TEST_CASE("a dial reaches a port inside, and the agent never hears of it") {
  Bridges bridges;
  for (const Listener& listener : {listen_ipv4(), listen_ipv6()}) {
    const Fd caller = dial(bridges, listener.port);
    const Fd called(::accept4(listener.socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
    REQUIRE(called);
    lose_patience(called);
    talk_both_ways(caller, called);
  }
  send(bridges.supervisor(), life::FrameBuilder(Kind::terminate).bytes());
  CHECK(receive(bridges.agent()).kind() == Kind::terminate);
}

TEST_CASE("a dial to a port where nobody listens ends both ways") {
  Bridges bridges;
  Listener listener = listen_ipv4();
  listener.socket.close();
  for (const std::uint16_t port : {listener.port, std::uint16_t{0}}) {
    const Fd caller = dial(bridges, port);
    CHECK(read_from(caller, 1).empty());
    while (::send(caller.get(), "x", 1, MSG_NOSIGNAL) == 1) {
    }
    CHECK(errno == EPIPE);
  }
}

TEST_CASE("each connection to the host's listener reaches the service inside") {
  Bridges bridges;
  const Listener listener = listen_ipv4();
  life::AgentLink(bridges.supervisor()).serve({"sshd", "-i"}, listener.socket);
  Datagram order = receive(bridges.agent());
  REQUIRE(order.kind() == Kind::serve);
  REQUIRE(order.descriptors.size() == 1);
  lose_patience(order.descriptors[0]);
  for (int i = 0; i < 3; ++i) {
    const Fd visitor = connect_to(listener.port);
    const Fd served(::accept4(order.descriptors[0].get(), nullptr, nullptr, SOCK_CLOEXEC));
    REQUIRE(served);
    lose_patience(served);
    talk_both_ways(visitor, served);
  }
}

TEST_CASE("an agent that passes on what is no stream loses the conversation") {
  Bridges bridges;
  auto [client, theirs] = patient_pair();
  send(bridges.supervisor(), life::FrameBuilder(Kind::client).bytes(), theirs);
  theirs.close();
  const Datagram arrived = receive(bridges.agent());
  REQUIRE(arrived.descriptors.size() == 1);
  const Fd no_stream(::open("/dev", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  send(arrived.descriptors[0], life::FrameBuilder(Kind::streams).bytes(), no_stream);
  CHECK(read_from(client, 1).empty());
}

TEST_CASE("both ends leave when one of the sockets around them closes") {
  for (const bool supervisor : {true, false}) {
    Bridges bridges;
    (supervisor ? bridges.take_supervisor() : bridges.take_agent()).close();
    for (Child* end : {&bridges.host(), &bridges.guest()}) {
      const auto ending = end->wait_until(std::chrono::steady_clock::now() + std::chrono::seconds(30));
      REQUIRE(ending);
      CHECK(shell_code(*ending) == 0);
    }
  }
}
