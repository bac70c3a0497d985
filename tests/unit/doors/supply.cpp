#include "doors/supply.hpp"

#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/passing.hpp"
#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::doors;

TEST_CASE("what several ask for is asked for together, and bounded") {
  const auto [ours, theirs] = socket_pair(SOCK_SEQPACKET);
  CHECK_FALSE(wishes(ours).sockets);
  for (int i = 0; i < 3; ++i) REQUIRE(ask_for_sockets(theirs, {30, 1}));
  REQUIRE(ask_for_peer(theirs, "db.sandbox", 5432));
  const auto [wanted, peers] = wishes(ours);
  REQUIRE(wanted);
  CHECK(wanted->four == SocketsWanted::kMost);
  CHECK(wanted->six == 3);
  REQUIRE(peers.size() == 1);
  CHECK(peers[0].name == "db.sandbox");
  CHECK(peers[0].port == 5432);
  CHECK_FALSE(wishes(ours).sockets);
}

TEST_CASE("nobody waits for sockets that cannot be made") {
  const auto [ours, theirs] = socket_pair(SOCK_SEQPACKET);
  CHECK_FALSE(receive_supplied(theirs));
  // Nobody enters the user namespace that he is in.
  const Fd self = checked_fd(static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), 0)), "cannot hold ourselves");
  supply_sockets(ours, self, {4, 4});
  const auto supplied = receive_supplied(theirs);
  REQUIRE(supplied);
  const auto& stock = supplied->sockets;
  REQUIRE(stock);
  CHECK(stock->four.empty());
  CHECK(stock->six.empty());
}
