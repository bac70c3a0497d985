#include "base/lock.hpp"

#include <unistd.h>

#include "base/child.hpp"
#include "catch.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::test;

TEST_CASE("a lock is had by one at a time") {
  const TempDir place = scratch();
  const Path file = place.path() / "lock";
  {
    const Fd held = lock_file(file);
    CHECK_FALSE(try_lock_file(file));
    CHECK_FALSE(try_lock_file(file, Share::shared));
  }
  CHECK(try_lock_file(file));
}

TEST_CASE("readers share a lock") {
  const TempDir place = scratch();
  const Path file = place.path() / "lock";
  const Fd first = lock_file(file, Share::shared);
  CHECK(try_lock_file(file, Share::shared));
  CHECK_FALSE(try_lock_file(file));
}

TEST_CASE("whoever waits for a bounded time gets the lock or nothing") {
  const TempDir place = scratch();
  const Path file = place.path() / "lock";
  {
    const Fd held = lock_file(file);
    CHECK_FALSE(lock_file_within(file, std::chrono::milliseconds(20)));
  }
  CHECK(lock_file_within(file, std::chrono::milliseconds(0)));
}

TEST_CASE("a lock lives on in the process it was handed to, and is free when that one dies") {
  const TempDir place = scratch();
  const Path file = place.path() / "lock";
  Fd held = lock_file(file);
  {
    const Child owner = Child::spawn({"/bin/sleep", {"sleep", "1000"}, {}, {{held.get(), 3}}, false});
    held.close();
    CHECK_FALSE(try_lock_file(file));
  }
  CHECK(try_lock_file(file));
}

TEST_CASE("a lock file that is a symbolic link is refused") {
  const TempDir place = scratch();
  std::filesystem::create_symlink("target", place.path() / "lock");
  CHECK_THROWS_AS(try_lock_file(place.path() / "lock"), Error);
  CHECK_FALSE(std::filesystem::exists(place.path() / "target"));
}
