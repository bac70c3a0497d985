// What a hostile sandbox may write into a tree: nothing of it gets beside the folder.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>

#include "catch.hpp"
#include "scratch.hpp"
#include "wire/item_writer.hpp"
#include "wire/tree_receiver.hpp"

using namespace sandbox;
using namespace sandbox::test;
using wire::Item;
using wire::ItemHeader;
using wire::Problem;

namespace {

namespace fs = std::filesystem;

struct Place {
  TempDir around = scratch();
  fs::path folder = around.path() / "folder";
  Place() { fs::create_directory(folder); }
};

/// What becomes of these entries in the folder.
Problem received(const Place& place, const std::function<void(wire::ItemWriter&)>& write, bool may_remove = false) {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  auto writer = std::make_unique<wire::ItemWriter>(ends[1], wire::Pages::copied);
  write(*writer);
  REQUIRE(writer->flush() == 0);
  ::close(ends[1]);
  const int folder = ::open(place.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const auto receiver = std::make_unique<wire::TreeReceiver>(ends[0], folder, wire::ReceiverOptions{.may_remove = may_remove});
  const bool good = receiver->receive();
  CHECK(good == !receiver->failure());
  ::close(folder);
  ::close(ends[0]);
  return receiver->failure().problem;
}

bool is_empty(const Place& place) { return fs::is_empty(place.folder); }

const ItemHeader kFile{.item = Item::file, .mode = 0644};
const ItemHeader kFolder{.item = Item::directory, .mode = 0755};
const ItemHeader kEnd{.item = Item::end};
const ItemHeader kFinish{.item = Item::finish};

}  // namespace

TEST_CASE("a name that is a path is refused, and nothing is made") {
  const Place place;
  for (const std::string_view name : std::initializer_list<std::string_view>{"../evil", "/evil", "a/b", "..", ".", "", {"a\0b", 3}}) {
    CHECK(received(place, [&](auto& out) { out.put(kFile, name), out.put(kEnd), out.put(kFinish); }) == Problem::malformed);
    CHECK(received(place, [&](auto& out) { out.put(kFolder, name), out.put(kEnd), out.put(kFinish); }) == Problem::malformed);
  }
  CHECK(is_empty(place));
  CHECK(!fs::exists(place.around.path() / "evil"));
}

TEST_CASE("a link that the stream made itself is not gone through") {
  const Place place;
  const std::string target = place.around.path().string();
  CHECK(received(place, [&](auto& out) {
          out.put({.item = Item::link}, "way", target);
          out.put(kFolder, "way"), out.put(kFile, "evil"), out.put(kEnd), out.put(kEnd), out.put(kFinish);
        }) == Problem::in_the_way);
  CHECK(!fs::exists(place.around.path() / "evil"));
}

TEST_CASE("a file over a link replaces the link") {
  const Place place;
  std::ofstream(place.around.path() / "outside") << "old";
  fs::create_symlink(place.around.path() / "outside", place.folder / "file");
  CHECK(received(place, [&](auto& out) { out.put(kFile, "file"), out.put_data(0, "new"), out.put({.item = Item::end, .size = 3}), out.put(kFinish); }) ==
        Problem::none);
  CHECK(!fs::is_symlink(place.folder / "file"));
  CHECK(fs::file_size(place.around.path() / "outside") == 3);
}

TEST_CASE("a hard link leads only to a file that came by the same stream") {
  const Place place;
  std::ofstream(place.around.path() / "outside") << "old";
  std::ofstream(place.folder / "mine") << "mine";
  fs::create_symlink(place.around.path(), place.folder / "way");
  for (const char* target : {"../outside", "way/outside", "mine", "/etc/passwd", "none"})
    CHECK(received(place, [&](auto& out) { out.put({.item = Item::hard_link}, "link", target), out.put(kFinish); }) == Problem::malformed);
  CHECK(!fs::exists(place.folder / "link"));
  ItemHeader shared = kFile;
  shared.flags = wire::kShared;
  CHECK(received(place, [&](auto& out) {
          out.put(kFolder, "d"), out.put(shared, "a"), out.put(kEnd);
          out.put({.item = Item::hard_link}, "b", "d/a"), out.put(kEnd), out.put(kFinish);
        }) == Problem::none);
  CHECK(fs::hard_link_count(place.folder / "d" / "b") == 2);
}

TEST_CASE("what is cut off leaves nothing") {
  const Place place;
  CHECK(received(place, [&](auto& out) { out.put(kFolder, "d"), out.put(kFile, "f"), out.put_data(0, "bytes"); }) == Problem::cut_off);
  CHECK(is_empty(place));
}

TEST_CASE("nobody removes who was not asked to") {
  const Place place;
  std::ofstream(place.folder / "mine") << "mine";
  const auto remove = [](auto& out) { out.put({.item = Item::remove}, "mine"), out.put(kFinish); };
  CHECK(received(place, remove) == Problem::malformed);
  CHECK(fs::exists(place.folder / "mine"));
  CHECK(received(place, remove, true) == Problem::none);
  CHECK(is_empty(place));
}

TEST_CASE("a tree is nested only so deeply") {
  const Place place;
  CHECK(received(place, [&](auto& out) {
          for (std::size_t i = 0; i <= wire::kMaxDepth; ++i) out.put(kFolder, "d");
        }) == Problem::depth);
  CHECK(is_empty(place));
}

TEST_CASE("sizes and times out of bounds are refused") {
  const Place place;
  for (const ItemHeader& bad : {ItemHeader{.item = Item::data, .size = ~std::uint64_t{0}}, ItemHeader{.item = Item::data, .offset = ~std::uint64_t{0}},
                                ItemHeader{.item = Item::end, .nanoseconds = 2'000'000'000}, ItemHeader{.item = Item{77}}})
    CHECK(received(place, [&](auto& out) { out.put(kFile, "f"), out.put(bad), out.put(kFinish); }) == Problem::malformed);
  CHECK(is_empty(place));
}
