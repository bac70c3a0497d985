// What a hostile sandbox may write into a tree: nothing of it gets beside the folder.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

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

TEST_CASE("a problem that is none is malformed") {
  const Place place;
  for (const std::uint8_t number : {0, 10, 255})
    CHECK(received(place, [&](auto& out) { out.put({.item = Item::problem, .flags = number}, "", "d/f"); }) == Problem::malformed);
  CHECK(received(place, [&](auto& out) { out.put({.item = Item::problem, .flags = 1}, "", "d/f"); }) == Problem::read);
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

TEST_CASE("who looks on is told of every byte, and stops a copy") {
  struct Seen {
    std::uint64_t bytes = 0, most = ~std::uint64_t{0};
    wire::Onlooker onlooker() {
      return {[](void* context, std::uint64_t moved) {
                auto& seen = *static_cast<Seen*>(context);
                seen.bytes += moved;
                return seen.bytes >= seen.most;
              },
              this};
    }
  };
  const Place place;
  const std::string content(300'000, 'x');
  std::ofstream(place.around.path() / "source") << content;
  for (const std::uint64_t most : {~std::uint64_t{0}, std::uint64_t{200'000}}) {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    REQUIRE(::fcntl(ends[1], F_SETPIPE_SZ, 1 << 20) > 0);
    Seen written, read{0, most};
    auto writer = std::make_unique<wire::ItemWriter>(ends[1], wire::Pages::copied, written.onlooker());
    const int source = ::open((place.around.path() / "source").c_str(), O_RDONLY | O_CLOEXEC);
    CHECK(writer->put(kFile, "file") == 0);
    CHECK(writer->put_data_of(source, 0, 0, content.size()) == 0);
    CHECK(writer->put({.item = Item::end, .size = content.size()}) == 0);
    CHECK(writer->put(kFinish) == 0);
    CHECK(writer->flush() == 0);
    ::close(source);
    ::close(ends[1]);
    const int folder = ::open(place.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    auto receiver = std::make_unique<wire::TreeReceiver>(ends[0], folder, wire::ReceiverOptions{.onlooker = read.onlooker()});
    CHECK(receiver->receive() == (most > content.size()));
    CHECK((receiver->failure().problem == Problem::stopped) == (most < content.size()));
    CHECK(written.bytes == content.size() + 4 * sizeof(ItemHeader) + 4);
    if (most > content.size()) CHECK(read.bytes == written.bytes);
    ::close(folder);
    ::close(ends[0]);
  }
}

TEST_CASE("what is borrowed by the pipe is not written over before it is read") {
  const Place place;
  std::string content(5'000'001, '\0');
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 2654435761U >> 13);
  std::ofstream(place.around.path() / "source") << content;
  const int source = ::open((place.around.path() / "source").c_str(), O_RDONLY | O_CLOEXEC);
  for (const int pipe_bytes : {4096, 1 << 16, 1 << 20}) {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    REQUIRE(::fcntl(ends[1], F_SETPIPE_SZ, pipe_bytes) == pipe_bytes);
    REQUIRE(::fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0);
    // Lengths that fill pages, and that do not.
    std::vector<std::size_t> lengths = {20'000, 1 << 20, 16'385, 300'000};
    lengths.insert(lengths.end(), 100, 16'385);
    lengths.push_back(content.size());
    std::thread writing([&] {
      auto writer = std::make_unique<wire::ItemWriter>(ends[1], wire::Pages::copied);
      for (const std::size_t length : lengths) (void)writer->put_data_of(source, content.size() - length, 0, length);
      (void)writer->flush();
      writer.reset();
      ::close(ends[1]);
    });
    auto reader = std::make_unique<wire::ItemReader>(ends[0]);
    for (const std::size_t length : lengths) {
      ItemHeader header;
      std::string got;
      CHECK((reader->next(header) == 0 && header.item == Item::data && header.size == length));
      for (std::string_view bytes; got.size() < length; got += bytes)
        if (reader->take(length - got.size(), bytes) != 0) break;
      CHECK(got == content.substr(content.size() - length));
    }
    writing.join();
    ::close(ends[0]);
  }
  ::close(source);
}

TEST_CASE("what became shorter ends in zeros, and what is no pipe is written to") {
  const Place place;
  std::ofstream(place.around.path() / "source") << std::string(100'000, 'x');
  const int source = ::open((place.around.path() / "source").c_str(), O_RDONLY | O_CLOEXEC);
  const int target = ::open((place.around.path() / "target").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  auto writer = std::make_unique<wire::ItemWriter>(target, wire::Pages::copied);
  CHECK(writer->put_data_of(source, 0, 0, 150'000) == 0);
  CHECK(writer->flush() == 0);
  std::string written(sizeof(ItemHeader) + 150'000, '?');
  CHECK(::pread(target, written.data(), written.size(), 0) == static_cast<ssize_t>(written.size()));
  CHECK(written.substr(sizeof(ItemHeader)) == std::string(100'000, 'x') + std::string(50'000, '\0'));
  ::close(source);
  ::close(target);
}
