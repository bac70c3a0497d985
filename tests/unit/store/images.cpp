#include "store/images.hpp"

#include "base/lock.hpp"
#include "catch.hpp"
#include "stored_images.hpp"

using namespace sandbox;
using namespace sandbox::test;
using store::Store;

TEST_CASE("a name leads to the newest image of that recipe") {
  const Images images;
  CHECK(images.found("busybox") == digest_of('b'));
  CHECK(store::list_images(images.store).size() == 2);
}

TEST_CASE("a digest leads to its image, whole or by its first twelve digits") {
  const Images images;
  CHECK(images.found(digest_of('a')) == digest_of('a'));
  CHECK(images.found(std::string(64, 'a')) == digest_of('a'));
  CHECK(images.found(std::string(12, 'a')) == digest_of('a'));
  CHECK(images.found(std::string(11, 'a')).empty());
}

TEST_CASE("what is no name never becomes a path") {
  const Images images;
  for (const char* text : {"", ".", "..", "../images/names/busybox", "/etc/passwd", "busybox/", "BusyBox", "-busybox",
                           "busy box", "busybox\n", "names/busybox"}) {
    CHECK_FALSE(store::is_name(text));
    CHECK(images.found(text).empty());
    CHECK(refuses([&] { store::find_image(images.store, text); }, "no image"));
  }
  CHECK_FALSE(store::is_name(std::string(101, 'a')));
  CHECK(store::is_name("python-3.11"));
}

TEST_CASE("a damaged record is named, not used") {
  const Images images;
  const Path file = images.store.images() / (std::string(64, 'b') + ".json");
  for (const char* text : {"", "{", "[]", "{\"schema\":\"sandbox.image/1\"}"}) {
    replace_file(file, text);
    CHECK(contains(error_of([&] { store::find_image(images.store, "busybox"); }).what(), file.native()));
  }
  std::filesystem::copy_file(images.store.images() / (std::string(64, 'a') + ".json"), file,
                             std::filesystem::copy_options::overwrite_existing);
  CHECK(contains(error_of([&] { store::find_image(images.store, "busybox"); }).what(), "another digest"));
}

TEST_CASE("an image whose layer is gone says how to get it back") {
  const Images images;
  record::Image image = image_of('c', "holey", "2026-11-20T14:00:00.000Z");
  image.layers.push_back({digest_of('d'), 1, 1});
  const Error error = error_of([&] { store::layer_trees(images.store, image); });
  CHECK(contains(error.what(), "lacks its layer"));
  CHECK(contains(error.hint(), "sandbox-build"));
}
