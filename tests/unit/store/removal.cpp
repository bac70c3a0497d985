#include "store/removal.hpp"

#include "base/lock.hpp"
#include "catch.hpp"
#include "store/sandboxes.hpp"
#include "stored_images.hpp"

using namespace sandbox;
using namespace sandbox::test;

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

TEST_CASE("an image is in use from the moment its sandbox is published") {
  Images images;
  record::Sandbox sandbox;
  sandbox.id = "sb-aaaaaaaaaa";
  sandbox.image_digest = digest_of('a');
  store::publish_sandbox(images.store, sandbox);
  CHECK(store::remove_images(images.store, {digest_of('a')}).kept.at(digest_of('a')) == sandbox.id);
  store::retire_sandbox(images.store, sandbox);
  CHECK(store::remove_images(images.store, {digest_of('a')}).kept.empty());
}
