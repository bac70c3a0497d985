#include "life/visitors.hpp"

#include <sys/socket.h>

#include "catch.hpp"
#include "life/message.hpp"

using namespace sandbox;
using namespace sandbox::life;

namespace {

struct Meeting {
  Fd client;
  Visitor visitor{Fd()};
  Meeting() {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    client = Fd(ends[0]);
    visitor = Visitor(Fd(ends[1]));
  }
  void say(const void* bytes, std::size_t size) {
    REQUIRE(::send(client.get(), bytes, size, 0) == static_cast<ssize_t>(size));
  }
};

}  // namespace

TEST_CASE("a visitor who says nothing blocks nobody") {
  Meeting meeting;
  CHECK(meeting.visitor.read() == Visitor::Wants::unknown);
}

TEST_CASE("a visitor for the agent is handed over with every later byte unread") {
  Meeting meeting;
  const wire::Header header{0, wire::Kind::to_agent, 0};
  meeting.say(&header, sizeof header);
  meeting.say("next", 4);
  CHECK(meeting.visitor.read() == Visitor::Wants::agent);
  char rest[8];
  CHECK(::recv(meeting.visitor.connection().get(), rest, sizeof rest, MSG_DONTWAIT) == 4);
}

TEST_CASE("a question may come byte by byte") {
  Meeting meeting;
  const std::string json = R"({"ask":"status"})";
  const wire::Header header{static_cast<std::uint32_t>(json.size()), wire::Kind::to_supervisor, 0};
  const std::string all = std::string(reinterpret_cast<const char*>(&header), sizeof header) + json;
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    meeting.say(&all[i], 1);
    CHECK(meeting.visitor.read() == Visitor::Wants::unknown);
  }
  meeting.say(&all.back(), 1);
  CHECK(meeting.visitor.read() == Visitor::Wants::answer);
  CHECK(meeting.visitor.question().at("ask") == "status");
}

TEST_CASE("nonsense is shown the door") {
  Meeting meeting;
  SECTION("an unknown kind") { meeting.say("\0\0\0\0\xff\xff\0\0", 8); }
  SECTION("a question that is too long") {
    const wire::Header header{1 << 20, wire::Kind::to_supervisor, 0};
    meeting.say(&header, sizeof header);
  }
  SECTION("a question that is not JSON") {
    const wire::Header header{3, wire::Kind::to_supervisor, 0};
    meeting.say(&header, sizeof header);
    meeting.say("abc", 3);
  }
  SECTION("a question that is no object") { send_message(meeting.client, Json::array()); }
  SECTION("nothing at all") { meeting.client.close(); }
  CHECK(meeting.visitor.read() == Visitor::Wants::gone);
}
