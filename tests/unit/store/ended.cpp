// What is kept of sandboxes that have ended.
#include <fcntl.h>
#include <sys/stat.h>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "catch.hpp"
#include "place.hpp"
#include "store/sandboxes.hpp"

using namespace sandbox;
using namespace sandbox::test;
using store::Store;

namespace {

void end(const Store& store, const std::string& id) {
  record::Sandbox sandbox;
  sandbox.id = id;
  sandbox.created = rfc3339(wall_now());
  sandbox.ended = "asked";
  sandbox.ended_at = sandbox.created;
  store::write_ended(store, sandbox);
}

void make_older(const Path& file, long hours) {
  const timespec time{std::chrono::system_clock::to_time_t(wall_now()) - hours * 3600, 0};
  const timespec times[2] = {time, time};
  REQUIRE(::utimensat(AT_FDCWD, file.c_str(), times, 0) == 0);
}

}  // namespace

TEST_CASE("what ended is known for a day, and then forgotten") {
  const Place place;
  const Store store = Store::open();
  end(store, "sb-aaaaaaaaaa");
  end(store, "sb-bbbbbbbbbb");
  make_older(store.ended() / "sb-aaaaaaaaaa.json", 25);
  make_older(store.ended() / "sb-bbbbbbbbbb.json", 23);
  store::forget_ended(store);
  CHECK_FALSE(store::find_ended(store, "sb-aaaaaaaaaa"));
  CHECK(store::find_ended(store, "sb-bbbbbbbbbb")->ended == "asked");
  CHECK_FALSE(store::find_ended(store, "../sandboxes"));
}

TEST_CASE("the old are looked for once an hour") {
  const Place place;
  const Store store = Store::open();
  store::forget_ended(store);
  end(store, "sb-aaaaaaaaaa");
  make_older(store.ended() / "sb-aaaaaaaaaa.json", 25);
  store::forget_ended(store);
  CHECK(store::find_ended(store, "sb-aaaaaaaaaa"));
  make_older(store.ended() / "looked", 2);
  store::forget_ended(store);
  CHECK_FALSE(store::find_ended(store, "sb-aaaaaaaaaa"));
}

TEST_CASE("to forget the old reads none of the others") {
  const Place place;
  const Store store = Store::open();
  const Path damaged = store.ended() / "sb-aaaaaaaaaa.json";
  replace_file(damaged, "no record");
  store::forget_ended(store);
  CHECK(std::filesystem::exists(damaged));
  store::list_ended(store);  // a reader removes it
  CHECK_FALSE(std::filesystem::exists(damaged));
}
