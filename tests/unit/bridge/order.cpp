// The guest end alone, with the test in the roles of the agent and of the host end: what it says,
// packet by packet.
#include <fcntl.h>

#include <array>
#include <csignal>

#include "bridges.hpp"
#include "catch.hpp"
#include "scratch.hpp"
#include "wire/packet_reader.hpp"
#include "wire/packet_writer.hpp"

using namespace sandbox;
using namespace sandbox::test;
using namespace sandbox::wire;

namespace {

class GuestAlone {
 public:
  GuestAlone() {
    auto [agent, control] = socket_pair(SOCK_SEQPACKET);
    auto [host, port] = socket_pair(SOCK_STREAM);
    guest_ = std::make_unique<Child>(start_bridge("guest", control, port));
    agent_ = std::move(agent);
    host_ = std::move(host);
    lose_patience(agent_);
    lose_patience(host_);
  }

  /// The agent's end of a new conversation, which is channel 2.
  Fd open_conversation() {
    const auto out = std::make_unique<PacketWriter>();
    const Header frame{0, Kind::client, 0};
    std::array<char, sizeof(Letter) + sizeof frame> datagram;
    const Letter letter{sizeof frame, 2};
    std::memcpy(datagram.data(), &letter, sizeof letter);
    std::memcpy(datagram.data() + sizeof letter, &frame, sizeof frame);
    out->put_value(2, PacketType::open, Open{ChannelKind::conversation, 0, 0});
    out->put(kControlChannel, PacketType::data, {datagram.data(), datagram.size()});
    write_all(host_.get(), out->waiting(), "port");
    std::array<char, 100> bytes;
    std::vector<Fd> descriptors;
    REQUIRE(receive_passing(agent_.get(), bytes, descriptors) == sizeof frame);
    REQUIRE(descriptors.size() == 1);
    return std::move(descriptors[0]);
  }

  /// One letter for each packet, and how many bytes came on channel 1 meanwhile.
  struct Said {
    std::string order;
    std::size_t stream_bytes = 0;
  };
  Said listen_until(char last) {
    Said said;
    const auto in = std::make_unique<PacketReader>();
    while (said.order.empty() || said.order.back() != last) {
      const std::span<char> room = in->room();
      const ssize_t n = ::recv(host_.get(), room.data(), room.size(), 0);
      REQUIRE(n > 0);
      in->grew(static_cast<std::size_t>(n));
      Packet packet;
      for (std::string_view payload; in->next(packet, payload);) {
        const bool of_stream = packet.channel == 1 && packet.type == PacketType::data;
        if (of_stream) said.stream_bytes += payload.size();
        else said.order += packet.type == PacketType::streams ? 'S' : payload.empty() ? '.' : payload.back();
        if (!said.order.empty() && said.order.back() == last) break;
      }
    }
    return said;
  }

  Child& process() { return *guest_; }

 private:
  std::unique_ptr<Child> guest_;
  Fd agent_, host_;
};

}  // namespace

TEST_CASE("what is said right behind a file waits for all that is in it") {
  GuestAlone guest;
  const Fd agent = guest.open_conversation();
  const TempDir here = scratch();
  const std::string path = (here.path() / "output").native();
  write_all(Fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)).get(), std::string(100'000, 'x'), "output");
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const int along = file.get();
  guest.process().signal(SIGSTOP);  // so that it finds both at once
  REQUIRE(send_passing(agent.get(), "a", {&along, 1}) == 1);
  REQUIRE(send_passing(agent.get(), "b", {}) == 1);
  guest.process().signal(SIGCONT);
  const auto said = guest.listen_until('b');
  CHECK(said.order == "Sab");
  CHECK(said.stream_bytes == 100'000);
}

TEST_CASE("what is said waits for what is in a pipe at that moment, and not for more") {
  GuestAlone guest;
  const Fd agent = guest.open_conversation();
  test::Pipe pipe = test::make_pipe();
  ::fcntl(pipe.in.get(), F_SETFL, O_NONBLOCK);
  const int along = pipe.out.get();
  REQUIRE(send_passing(agent.get(), "a", {&along, 1}) == 1);
  CHECK(guest.listen_until('a').order == "Sa");
  pipe.out.close();
  for (int i = 0; i < 3; ++i) {
    guest.process().signal(SIGSTOP);
    const std::string some(20'000, 'x');
    REQUIRE(::write(pipe.in.get(), some.data(), some.size()) == 20'000);
    REQUIRE(send_passing(agent.get(), "b", {}) == 1);
    guest.process().signal(SIGCONT);
    const auto said = guest.listen_until('b');
    CHECK(said.order == "b");
    CHECK(said.stream_bytes == 20'000);
  }
}
