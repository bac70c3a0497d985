#include "store/unfinished.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "base/lock.hpp"
#include "catch.hpp"
#include "place.hpp"

using namespace sandbox;
using store::Unfinished;

namespace {

Path debris(const store::Store& store, const char* name, bool with_lock) {
  const Path folder = store.temporary() / name;
  ::mkdir(folder.c_str(), 0700);
  if (with_lock) replace_file(folder / "lock", "");
  replace_file(folder / "half", std::string(10'000, 'x'));
  return folder;
}

void make_old(const Path& path) {
  const timespec old[2] = {{1, 0}, {1, 0}};
  ::utimensat(AT_FDCWD, path.c_str(), old, 0);
}

}  // namespace

TEST_CASE("work in progress is not swept, and goes with its owner") {
  const test::Place place;
  const store::Store store = store::Store::open();
  Path path;
  {
    const Unfinished unfinished = Unfinished::create(store);
    path = unfinished.path();
    make_old(path);
    CHECK(store::sweep_unfinished(store).empty());
    CHECK(std::filesystem::exists(path));
  }
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("what a dead owner left is swept and counted") {
  const test::Place place;
  const store::Store store = store::Store::open();
  const Path left = debris(store, ".tmp-dead", true);
  CHECK(store::sweep_unfinished(store, store::Sweep::look).size() == 1);
  CHECK(std::filesystem::exists(left));
  const auto swept = store::sweep_unfinished(store);
  REQUIRE(swept.size() == 1);
  CHECK(swept[0].path == left);
  CHECK(swept[0].bytes >= 10'000);
  CHECK_FALSE(std::filesystem::exists(left));
  CHECK(store::sweep_unfinished(store).empty());
}

TEST_CASE("a folder without a lock is swept only when its maker had time to lock it") {
  const test::Place place;
  const store::Store store = store::Store::open();
  const Path left = debris(store, ".tmp-new", false);
  store::sweep_unfinished(store);
  CHECK(std::filesystem::exists(left));
  make_old(left);
  store::sweep_unfinished(store);
  CHECK_FALSE(std::filesystem::exists(left));
}

TEST_CASE("a sandbox that was half made or half removed is swept after a minute") {
  const test::Place place;
  const store::Store store = store::Store::open();
  const Path left = store.sandboxes() / ".tmp-sb-aaaaaaaaaa";
  ::mkdir(left.c_str(), 0700);
  CHECK(store::sweep_unfinished(store).empty());
  make_old(left);
  CHECK(store::sweep_unfinished(store).size() == 1);
}
