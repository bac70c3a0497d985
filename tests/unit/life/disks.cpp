#include <unistd.h>

#include "../store/place.hpp"
#include "base/error.hpp"
#include "catch.hpp"
#include "life/disk_choice.hpp"
#include "life/disk_removal.hpp"
#include "store/sandboxes.hpp"

using namespace sandbox;
using namespace sandbox::life;

namespace {

constexpr const char* kId = "sb-aaaaaaaaaa";

/// As a killed supervisor leaves one.
Path leave_disk(const store::Store& store) {
  const Path disk = store.disks() / kId;
  std::filesystem::create_directories(disk / "u");
  replace_file(disk / "u/file", std::string(100'000, 'x'));
  return disk;
}

}  // namespace

TEST_CASE("an answer is remembered only for the same boot, devices and image") {
  CHECK(remembered("boot 1 2 0 project-quota", "boot 1 2 0") == "project-quota");
  CHECK(remembered("boot 1 2 0 tmpfs", "boot 1 2 0") == "tmpfs");
  CHECK_FALSE(remembered("other 1 2 0 project-quota", "boot 1 2 0"));
  CHECK_FALSE(remembered("boot 1 2 0 image", "boot 1 2 05"));
  CHECK_FALSE(remembered("boot 1 2 05 image", "boot 1 2 0"));
}

TEST_CASE("a damaged answer is none") {
  CHECK_FALSE(remembered("", "boot 1 2 0"));
  CHECK_FALSE(remembered("boot 1 2 0", "boot 1 2 0"));
  CHECK_FALSE(remembered("boot 1 2 0 ", "boot 1 2 0"));
  CHECK_FALSE(remembered("boot 1 2 0 project", "boot 1 2 0"));
}

TEST_CASE("the host is asked once, and the answer is kept in the store") {
  const test::Place place;
  const store::Store store = store::Store::open();
  const auto first = choose_disk(store, {}, kId);
  if (::geteuid() != 0) {
    CHECK_FALSE(first);
    CHECK_FALSE(std::filesystem::exists(store.state() / "disks.known"));
    return;
  }
  const std::string known = read_file(store.state() / "disks.known", 4096);
  CHECK(known.ends_with(first ? first->by : "tmpfs"));
  // What is written down is believed: nothing is tried again.
  const std::string key = known.substr(0, known.rfind(' '));
  replace_file(store.state() / "disks.known", key + " image");
  const auto second = choose_disk(store, {}, kId);
  REQUIRE(second);
  CHECK(second->by == "image");
  CHECK(second->path == store.disks() / kId);
}

TEST_CASE("an image that cannot be had is said, and nothing of it is left") {
  if (::geteuid() != 0) return;
  const test::Place place;
  const store::Store store = store::Store::open();
  if (choose_disk(store, {}, kId)) return;  // no image is asked for where there is quota
  config::Config config;
  config.disk_image_bytes = std::uint64_t{1} << 60;  // larger than any disk
  CHECK_THROWS_AS(choose_disk(store, config, kId), Error);
  CHECK_FALSE(std::filesystem::exists(store.disk_image()));
}

TEST_CASE("the disk of a dead sandbox is removed, and again is no error") {
  const test::Place place;
  const store::Store store = store::Store::open();
  const Path disk = leave_disk(store);
  CHECK(remove_disk(store, kId) >= 100'000);
  CHECK(std::filesystem::is_empty(store.disks()));
  CHECK(remove_disk(store, kId) == 0);
}

TEST_CASE("a disk without a sandbox is debris, one with a sandbox is not") {
  const test::Place place;
  const store::Store store = store::Store::open();
  const Path disk = leave_disk(store);
  std::filesystem::create_directory(store.sandboxes() / kId);
  CHECK(sweep_disks(store, store::Sweep::remove).empty());
  std::filesystem::remove(store.sandboxes() / kId);
  CHECK(sweep_disks(store, store::Sweep::look).size() == 1);
  CHECK(std::filesystem::exists(disk));
  const auto swept = sweep_disks(store, store::Sweep::remove);
  REQUIRE(swept.size() == 1);
  CHECK(swept[0].bytes >= 100'000);
  CHECK_FALSE(std::filesystem::exists(disk));
}
