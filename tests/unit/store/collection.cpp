#include "store/collection.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <numeric>

#include "catch.hpp"
#include "store/layers.hpp"
#include "store/removal.hpp"
#include "store/sandboxes.hpp"
#include "stored_images.hpp"

using namespace sandbox;
using namespace sandbox::test;
using namespace std::chrono_literals;

namespace {

/// Images a, b and c, longest unused first; a and b share the layer 1, and 9 belongs to none.
struct Collected {
  Place place;
  store::Store store = store::Store::open();
  WallTime now = wall_now();

  Collected() {
    for (const char layer : {'1', '2', '3', '9'}) add_layer(layer);
    add_image('a', {'1', '2'}, 30h);
    add_image('b', {'1', '1', '3'}, 20h);
    add_image('c', {'3'}, 10h);
    age(store.layers() / std::string(64, '9'), 25h);
  }

  static record::Layer layer(char digit) { return {digest_of(digit), 100, 1}; }

  void add_layer(char digit) {
    const Path made = place.path() / "temporary/made";
    std::filesystem::create_directories(made / "tree");
    store::publish_layer(store, made, layer(digit));
  }

  void add_image(char digit, std::initializer_list<char> layers, std::chrono::hours unused) {
    record::Image image = image_of(digit, std::string("image-") + digit, "2026-11-20T12:00:00.000Z");
    for (const char one : layers) image.layers.push_back(layer(one));
    store::publish_image(store, image);
    age(store::image_file(store, std::string(64, digit)), unused);
  }

  void age(const Path& file, std::chrono::hours by) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>((now - by).time_since_epoch()).count();
    const timespec times[2] = {{seconds, 0}, {seconds, 0}};
    REQUIRE(::utimensat(AT_FDCWD, file.c_str(), times, 0) == 0);
  }

  /// "a200 9100": what goes, in order, and how much with it.
  std::string chosen(const store::Wish& wish) {
    std::string text;
    for (const store::Unused& one : store::choose_unused(store, wish, now))
      text += (text.empty() ? "" : " ") + one.digest.substr(7, 1) + std::to_string(one.bytes);
    return text;
  }
};

}  // namespace

TEST_CASE_METHOD(Collected, "the longest unused goes first, with the layers that nobody else needs") {
  CHECK(chosen({}) == "a100 9100 b100 c100");
}

TEST_CASE_METHOD(Collected, "only what is old enough goes") {
  CHECK(chosen({.unused_for = 40h}).empty());
  CHECK(chosen({.unused_for = 22h}) == "a100 9100");
  CHECK(chosen({.unused_for = 0ms}) == "a100 9100 b100 c100");
}

TEST_CASE_METHOD(Collected, "no more goes than it takes for the rest to be small enough") {
  CHECK(chosen({.keep_bytes = 400}).empty());
  CHECK(chosen({.keep_bytes = 399}) == "a100");
  CHECK(chosen({.keep_bytes = 200}) == "a100 9100");
  CHECK(chosen({.keep_bytes = 199}) == "a100 9100 b100");
  CHECK(chosen({.unused_for = 22h, .keep_bytes = 0}) == "a100 9100");
}

TEST_CASE_METHOD(Collected, "an image in use is never chosen") {
  record::Sandbox sandbox;
  sandbox.id = "sb-aaaaaaaaaa";
  sandbox.image_digest = digest_of('a');
  store::publish_sandbox(store, sandbox);
  CHECK(chosen({.keep_bytes = 0}) == "9100 b0 c100");
}

TEST_CASE_METHOD(Collected, "shared layers count once") {
  const store::Sizes sizes = store::sizes_of(store::list_images(store));
  CHECK(sizes.bytes == 300);
  CHECK(sizes.layers == 3);
  CHECK(sizes.own.size() == 3);
  CHECK(std::accumulate(sizes.own.begin(), sizes.own.end(), 0UL) == 100);  // layer 2, which only a has
}

TEST_CASE_METHOD(Collected, "a layer without an image is removed only when it is named, and never one that is needed") {
  store::remove_images(store, {digest_of('a')});
  CHECK(store::find_layer(store, digest_of('9')));
  CHECK(store::find_layer(store, digest_of('1')));
  CHECK_FALSE(store::find_layer(store, digest_of('2')));
  store::remove_images(store, {}, {digest_of('9'), digest_of('1')});
  CHECK_FALSE(store::find_layer(store, digest_of('9')));
  CHECK(store::find_layer(store, digest_of('1')));
}
