#include "life/process.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.hpp"
#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::life;

TEST_CASE("a process is alive until it ends") {
  record::ProcessIdentity identity;
  {
    const Child child = Child::spawn({"/bin/sleep", {"sleep", "1000"}, {}, {}, false});
    identity = identity_of(child.pid());
    CHECK(is_alive(identity));
  }
  CHECK_FALSE(is_alive(identity));
}

TEST_CASE("a recycled number is somebody else") {
  record::ProcessIdentity identity = identity_of(::getpid());
  REQUIRE(is_alive(identity));
  SECTION("another start time") { ++identity.start_ticks; }
  SECTION("another boot") { identity.boot_id = "00000000-0000-0000-0000-000000000000"; }
  SECTION("no process at all") { identity.pid = 0; }
  CHECK_FALSE(is_alive(identity));
}

TEST_CASE("a process is stopped until it may go on") {
  const Child child = Child::spawn({"/bin/sleep", {"sleep", "1000"}, {}, {}, false});
  CHECK_FALSE(is_stopped(child.pid()));
  child.signal(SIGSTOP);
  REQUIRE(::waitpid(child.pid(), nullptr, WUNTRACED) == child.pid());
  CHECK(is_stopped(child.pid()));
  child.signal(SIGCONT);
  REQUIRE(::waitpid(child.pid(), nullptr, WCONTINUED) == child.pid());
  CHECK_FALSE(is_stopped(child.pid()));
}
