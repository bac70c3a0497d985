#include "base/passing.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "catch.hpp"

using namespace sandbox;

TEST_CASE("descriptors arrive beside the bytes, in order and close-on-exec") {
  auto [a, b] = socket_pair(SOCK_STREAM);
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const Fd reader(ends[0]), writer(ends[1]);
  const int sent[] = {reader.get(), writer.get()};
  REQUIRE(send_passing(a.get(), "hi", sent) == 2);
  char bytes[8];
  std::vector<Fd> got;
  REQUIRE(receive_passing(b.get(), bytes, got) == 2);
  REQUIRE(got.size() == 2);
  CHECK(::fcntl(got[0].get(), F_GETFD) == FD_CLOEXEC);
  REQUIRE(::write(got[1].get(), "x", 1) == 1);
  CHECK(::read(got[0].get(), bytes, 1) == 1);
}

TEST_CASE("no descriptor is lost in silence") {
  auto [a, b] = socket_pair(SOCK_STREAM);
  const std::vector<int> most(kMostPassed, a.get()), more(kMostPassed + 1, a.get());
  CHECK(send_passing(a.get(), "x", more) == -1);
  CHECK(errno == EINVAL);
  REQUIRE(send_passing(a.get(), "x", most) == 1);
  char byte;
  std::vector<Fd> got;
  CHECK(receive_passing(b.get(), {&byte, 1}, got) == 1);
  CHECK(got.size() == kMostPassed);
}

TEST_CASE("without descriptors it is a plain send and receive") {
  auto [a, b] = socket_pair(SOCK_STREAM);
  char bytes[8];
  std::vector<Fd> got;
  CHECK(receive_passing(b.get(), bytes, got, MSG_DONTWAIT) == -1);
  CHECK(errno == EAGAIN);
  REQUIRE(send_passing(a.get(), "plain", {}) == 5);
  CHECK(receive_passing(b.get(), bytes, got) == 5);
  a.close();
  CHECK(receive_passing(b.get(), bytes, got) == 0);
  CHECK(send_passing(b.get(), "x", {}) == -1);
  CHECK(errno == EPIPE);
  CHECK(got.empty());
}
