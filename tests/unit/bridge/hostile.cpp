// The host end alone, with the test in the role of a guest that breaks the rules.
#include <array>
#include <csignal>
#include <random>

#include "bridges.hpp"
#include "catch.hpp"
#include "life/connection.hpp"
#include "wire/packet.hpp"

using namespace sandbox;
using namespace sandbox::test;
using namespace sandbox::wire;

namespace {

template <class T>
std::string raw(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}
std::string packet(std::uint32_t channel, PacketType type, std::string_view payload = {}) {
  return raw(Packet{static_cast<std::uint32_t>(payload.size()), channel, type, {}}) + std::string(payload);
}
std::string credit(std::uint32_t channel, std::uint32_t bytes) { return packet(channel, PacketType::credit, raw(bytes)); }
std::string streams(std::uint32_t channel, const std::vector<OpenStream>& opened) {
  std::string payload;
  for (const OpenStream& stream : opened) payload += raw(stream);
  return packet(channel, PacketType::streams, payload);
}
std::string letter(std::uint32_t size, std::uint32_t channel, std::string_view datagram) {
  return packet(0, PacketType::data, raw(Letter{size, channel}) + std::string(datagram));
}

/// With one client, whose conversation is channel 2.
class HostAlone {
 public:
  HostAlone() {
    auto [supervisor, control] = socket_pair(SOCK_SEQPACKET);
    auto [guest, port] = socket_pair(SOCK_STREAM);
    host_ = std::make_unique<Child>(start_bridge("host", control, port));
    supervisor_ = std::move(supervisor);
    guest_ = std::move(guest);
    lose_patience(supervisor_);
    lose_patience(guest_);
    client_ = hand_over();
    std::array<char, 64> opened;  // open, and the letter with the client's frame
    REQUIRE(::recv(guest_.get(), opened.data(), 44, MSG_WAITALL) == 44);
  }

  Fd hand_over() {
    auto [ours, theirs] = socket_pair(SOCK_STREAM);
    const int descriptor = theirs.get();
    REQUIRE(send_passing(supervisor_.get(), life::FrameBuilder(Kind::client).bytes(), {&descriptor, 1}) > 0);
    lose_patience(ours);
    return std::move(ours);
  }
  void say(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(guest_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return;  // it has heard enough
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  int status() {
    const auto ending = host_->wait_until(std::chrono::steady_clock::now() + std::chrono::seconds(30));
    REQUIRE(ending);
    return shell_code(*ending);
  }
  bool is_running() { return !host_->wait_until(std::chrono::steady_clock::now() + std::chrono::milliseconds(50)); }
  void hang_up() { guest_.close(); }
  const Fd& client() const { return client_; }
  const Fd& supervisor() const { return supervisor_; }

 private:
  std::unique_ptr<Child> host_;
  Fd supervisor_, guest_, client_;
};

const std::string k32K(kMostPacketBytes, 'x');
std::string data(std::uint32_t channel, std::size_t packets) {
  std::string bytes;
  for (std::size_t i = 0; i < packets; ++i) bytes += packet(channel, PacketType::data, k32K);
  return bytes;
}

}  // namespace

TEST_CASE("a guest that breaks the rules ends the bridge, with status 1 and nothing else") {
  const std::string two_outputs = streams(2, {{1, ChannelKind::output, {}}, {3, ChannelKind::output, {}}});
  const std::string cases[] = {
      std::string(100, '\xff'),
      raw(Packet{kMostPacketBytes + 1, 2, PacketType::data, {}}),
      raw(Packet{0, 2, PacketType{9}, {}}),
      packet(4, PacketType::data, "nobody opened it"),
      packet(kMostChannels, PacketType::end),
      packet(4, PacketType::open, raw(Open{ChannelKind::conversation, 0, 0})),  // only the host opens
      packet(1, PacketType::open, raw(Open{ChannelKind::dial, 0, 80})),
      packet(2, PacketType::end) + packet(2, PacketType::end),
      packet(2, PacketType::stop) + packet(2, PacketType::stop),
      packet(2, PacketType::end) + packet(2, PacketType::data, "more"),
      packet(2, PacketType::end) + two_outputs,
      credit(2, 1),  // nothing was sent
      credit(0, 0xFFFFFFFF),
      packet(0, PacketType::end),
      packet(0, PacketType::stop),
      packet(0, PacketType::open, raw(Open{})),
      packet(0, PacketType::sleep),  // nobody asked it to
      two_outputs + two_outputs,
      two_outputs + streams(2, {{5, ChannelKind::output, {}}}),
      streams(2, {{1, ChannelKind::output, {}}, {1, ChannelKind::output, {}}}),
      streams(2, {{4, ChannelKind::output, {}}}),  // not its number
      streams(2, {{2, ChannelKind::output, {}}}),
      streams(2, {{0, ChannelKind::output, {}}}),
      streams(2, {{kMostChannels + 1, ChannelKind::output, {}}}),
      streams(2, {{0xFFFFFFFF, ChannelKind::output, {}}}),
      streams(2, {{1, ChannelKind::conversation, {}}}),
      streams(2, {{1, ChannelKind::dial, {}}}),
      streams(2, {{1, ChannelKind{0}, {}}}),
      streams(2, {{1, ChannelKind::output, {1, 0, 0}}}),
      two_outputs + streams(1, {{5, ChannelKind::output, {}}}),  // of a stream
      streams(2, {{1, ChannelKind::input, {}}}) + packet(1, PacketType::data, "against its direction"),
      streams(2, {{1, ChannelKind::input, {}}}) + packet(1, PacketType::end),
      two_outputs + packet(1, PacketType::stop),
      two_outputs + credit(1, 1),
      streams(2, {{1, ChannelKind::file, {}}}) + data(1, 20),  // more than a window and a pipe
      data(2, 5 + 1024 / 32),                                 // more than a window and a socket
      letter(4, 0, "tiny"),
      letter(0xFFFFFFF0, 0, std::string(100, 'x')),
      letter(static_cast<std::uint32_t>(kMaxPayload) + 9, 0, std::string(100, 'x')),
      letter(8, 2, std::string(8, '\0')),  // no descriptor comes out this way
  };
  for (std::size_t i = 0; i < std::size(cases); ++i) {
    INFO("case " << i);
    HostAlone host;
    host.say(cases[i]);
    CHECK(host.status() == 1);
    char byte;
    CHECK(::recv(host.supervisor().get(), &byte, 1, 0) == 0);
  }
}

TEST_CASE("a guest that goes away in the middle of a packet broke the rules, between two it did not") {
  HostAlone torn, whole;
  torn.say(packet(2, PacketType::data, "torn").substr(0, 14));
  torn.hang_up();
  CHECK(torn.status() == 1);
  whole.say(packet(2, PacketType::data, "whole"));
  whole.hang_up();
  CHECK(whole.status() == 0);
}

TEST_CASE("a guest within the rules can be as odd as it likes") {
  HostAlone host;
  host.say(streams(2, {{1, ChannelKind::output, {}}, {1023, ChannelKind::terminal, {}}, {3, ChannelKind::input, {}}}));
  host.say(packet(1, PacketType::data, "before anybody heard of it") + packet(1, PacketType::end) + packet(3, PacketType::stop));
  host.say(packet(2, PacketType::data, "descriptors"));
  std::array<char, 100> bytes;
  std::vector<Fd> descriptors;
  CHECK(receive_passing(host.client().get(), bytes, descriptors) == 11);
  REQUIRE(descriptors.size() == 3);
  ::signal(SIGPIPE, SIG_IGN);
  CHECK(read_all(descriptors[0].get(), 100, "output") == "before anybody heard of it");
  CHECK(::write(descriptors[2].get(), "x", 1) == -1);
  CHECK(errno == EPIPE);
  host.say(packet(2, PacketType::stop) + packet(2, PacketType::end));
  CHECK(::recv(host.client().get(), bytes.data(), bytes.size(), 0) == 0);
  CHECK(host.is_running());
}

TEST_CASE("a descriptor goes with the very bytes that it came with") {
  HostAlone host;
  host.say(packet(2, PacketType::data, "12345") + streams(2, {{1, ChannelKind::output, {}}}) + packet(2, PacketType::data, "67"));
  std::array<char, 5> first;
  std::vector<Fd> descriptors;
  std::string all;
  while (all.size() < 7) {
    const ssize_t n = receive_passing(host.client().get(), first, descriptors);
    REQUIRE(n > 0);
    all.append(first.data(), static_cast<std::size_t>(n));
    CHECK(descriptors.empty() == (all.size() <= 5));
  }
  CHECK(all == "1234567");
}

TEST_CASE("no noise crashes the host end") {
  std::mt19937 generator(11);
  for (int round = 0; round < 100; ++round) {
    HostAlone host;
    std::string noise;
    for (int i = 0; i < 50; ++i) {
      const auto type = static_cast<PacketType>(generator() % 8);
      std::string payload(generator() % 30, '\0');
      for (char& byte : payload) byte = static_cast<char>(generator() % 4);
      if (type == PacketType::streams) payload = raw(OpenStream{static_cast<std::uint32_t>(generator() % 12), static_cast<ChannelKind>(generator() % 9), {}});
      noise += packet(generator() % 6, type, payload);
    }
    host.say(noise);
    host.hang_up();
    const int status = host.status();
    CHECK((status == 0 || status == 1));
  }
}
