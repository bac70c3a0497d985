#include "life/plan.hpp"

#include <sys/socket.h>

#include "base/error.hpp"
#include "catch.hpp"
#include "life/message.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::life;

namespace {

std::pair<Fd, Fd> pair() {
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
  return {Fd(ends[0]), Fd(ends[1])};
}

}  // namespace

TEST_CASE("a plan arrives as it was sent, with the lock, and values that are not UTF-8") {
  auto [launcher, supervisor] = pair();
  Plan plan;
  plan.spec.id = "sb-aaaaaaaaaa";
  plan.spec.layers = {"/a", "/b"};
  plan.spec.shares = {{"/src", "/dst", true}};
  plan.spec.workspace = "/work";
  plan.spec.upper = "/store/folder";
  plan.spec.pretend_owners = true;
  plan.spec.disk = engine::DiskFolder{"/store/disks/sb-aaaaaaaaaa", "image"};
  plan.spec.devices = {{"/dev/null", "/dev/one", 0600}};
  plan.spec.nested = true;
  plan.services.push_back({"web", {"httpd"}, {{}, 80, "/"}, {"db"}, "always", 500, "user", {}, {{"A", "b"}}});
  plan.env["BYTES"] = "\xff\xfe";
  plan.secrets["TOKEN"] = "s3cret";
  plan.ttl = std::chrono::minutes(5);
  plan.lease = true;
  send_plan(launcher, plan, Fd(::dup(launcher.get())));
  const ReceivedPlan received = receive_plan(supervisor);
  CHECK(received.plan.spec.id == plan.spec.id);
  CHECK(received.plan.spec.layers == plan.spec.layers);
  REQUIRE(received.plan.spec.shares.size() == 1);
  CHECK(received.plan.spec.shares[0].writable);
  CHECK(received.plan.spec.workspace == plan.spec.workspace);
  CHECK(received.plan.spec.upper == plan.spec.upper);
  CHECK(received.plan.spec.pretend_owners);
  REQUIRE(received.plan.spec.disk);
  CHECK(received.plan.spec.disk->path == plan.spec.disk->path);
  CHECK(received.plan.spec.disk->by == "image");
  CHECK(received.plan.env == plan.env);
  CHECK(received.plan.secrets == plan.secrets);
  CHECK(received.plan.ttl == plan.ttl);
  CHECK_FALSE(received.plan.idle);
  CHECK(received.plan.lease);
  CHECK(received.place);
}

TEST_CASE("the sockets of ports and the first client each arrive as what they are") {
  auto [launcher, supervisor] = pair();
  auto [one, other] = pair();
  Plan plan;
  plan.sandbox.ports = {{80, "127.0.0.1", 3000, "http://127.0.0.1:3000"}};
  std::vector<Fd> listeners;
  listeners.push_back(duplicate(one.get()));
  send_plan(launcher, plan, duplicate(launcher.get()), other, listeners);
  const ReceivedPlan received = receive_plan(supervisor);
  REQUIRE(received.listeners.size() == 1);
  REQUIRE(received.first_client);
  REQUIRE(::send(received.listeners[0].get(), "x", 1, 0) == 1);
  char byte = 0;
  REQUIRE(::recv(received.first_client.get(), &byte, 1, MSG_DONTWAIT) == 1);
  // A port without its socket would be one that nobody listens on.
  send_plan(launcher, plan, duplicate(launcher.get()));
  CHECK(test::contains(test::error_of([&s = supervisor] { receive_plan(s); }).what(), "without its socket"));
}

TEST_CASE("a launcher that dies before or within its plan is an error") {
  auto [launcher, supervisor] = pair();
  SECTION("before") {}
  SECTION("within the header") { REQUIRE(::send(launcher.get(), "abc", 3, 0) == 3); }
  SECTION("without the lock") { send_message(launcher, Plan{}); }
  SECTION("with nonsense") { REQUIRE(::send(launcher.get(), "nonsense and more", 17, 0) == 17); }
  launcher.close();
  CHECK_THROWS_AS(receive_plan(supervisor), Error);
}
