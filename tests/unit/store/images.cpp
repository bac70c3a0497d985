#include "store/images.hpp"

#include "base/lock.hpp"
#include "catch.hpp"
#include "place.hpp"

using namespace sandbox;
using namespace sandbox::test;
using store::Store;

namespace {

std::string digest_of(char digit) { return "sha256:" + std::string(64, digit); }

record::Image image_of(char digit, const std::string& name, const std::string& created) {
  record::Image image;
  image.name = name;
  image.digest = digest_of(digit);
  image.created = created;
  return image;
}

struct Images {
  Place place;
  Store store = Store::open();

  Images() {
    store::publish_image(store, image_of('a', "busybox", "2026-11-20T12:00:00.000Z"));
    store::publish_image(store, image_of('b', "busybox", "2026-11-20T13:00:00.000Z"));
  }
  std::string found(std::string_view reference) const {
    const auto image = store::find_image_if_any(store, reference);
    return image ? image->digest : "";
  }
};

}  // namespace

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

TEST_CASE("a removed image takes its name along, or gives it back to the one before") {
  const Images images;
  store::remove_images(images.store, {digest_of('b')});
  CHECK(images.found("busybox") == digest_of('a'));
  store::remove_images(images.store, {digest_of('a')});
  CHECK(images.found("busybox").empty());
}

TEST_CASE("an image in use is kept, and its user is named") {
  const Images images;
  std::filesystem::create_directory(images.store.sandboxes() / "sb-aaaaaaaaaa");
  replace_file(images.store.sandboxes() / "sb-aaaaaaaaaa/sandbox.json",
               "{\"image_digest\":\"" + digest_of('b') + "\"}\n");
  const store::Removed removed = store::remove_images(images.store, {digest_of('a'), digest_of('b')});
  CHECK(removed.images == std::vector<std::string>{digest_of('a')});
  CHECK(removed.kept.at(digest_of('b')) == "sb-aaaaaaaaaa");
  CHECK(images.found("busybox") == digest_of('b'));
}

TEST_CASE("nothing is removed while somebody holds the images") {
  const Images images;
  const Fd held = store::lock_images(images.store);
  CHECK(error_of([&] { store::remove_images(images.store, {digest_of('a')}); }).code() == ExitCode::later);
  CHECK(images.found(digest_of('a')) == digest_of('a'));
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
