#include "image/manifest.hpp"

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "catch.hpp"
#include "image/deletion.hpp"
#include "scratch.hpp"

using namespace sandbox;
using image::describe_layer;

namespace {

/// A small tree; each test changes one thing.
TempDir small_tree() {
  TempDir tree = test::scratch();
  ::chmod(tree.path().c_str(), 0755);
  ::mkdir((tree.path() / "bin").c_str(), 0755);
  replace_file(tree.path() / "bin/tool", "#!/bin/sh\n", 0755);
  replace_file(tree.path() / "file", "12345", 0644);
  ::symlink("bin/tool", (tree.path() / "link").c_str());
  return tree;
}

std::string digest(const TempDir& tree) { return describe_layer(tree.path()).digest; }

}  // namespace

TEST_CASE("two trees with the same content have the same digest, whenever they were made") {
  const TempDir one = small_tree();
  const TempDir other = small_tree();
  const timespec old[2] = {{1, 0}, {1, 0}};
  ::utimensat(AT_FDCWD, (other.path() / "file").c_str(), old, 0);
  CHECK(digest(one) == digest(other));
}

TEST_CASE("every difference that a sandbox can see changes the digest") {
  const std::string before = digest(small_tree());
  const TempDir tree = small_tree();
  const Path file = tree.path() / "file";
  SECTION("content") { replace_file(file, "12346", 0644); }
  SECTION("mode") { ::chmod(file.c_str(), 0600); }
  SECTION("set-id bit") { ::chmod(file.c_str(), 04644); }
  SECTION("mode of the top") { ::chmod(tree.path().c_str(), 0700); }
  SECTION("name") { ::rename(file.c_str(), (tree.path() / "file2").c_str()); }
  SECTION("place") { ::rename(file.c_str(), (tree.path() / "bin/file").c_str()); }
  SECTION("an empty directory") { ::mkdir((tree.path() / "empty").c_str(), 0755); }
  SECTION("type") {
    ::unlink(file.c_str());
    ::symlink("12345", file.c_str());
  }
  SECTION("target of a link") {
    ::unlink((tree.path() / "link").c_str());
    ::symlink("bin/tool2", (tree.path() / "link").c_str());
  }
  SECTION("extended attribute") {
    if (::setxattr(file.c_str(), "user.x", "1", 1, 0) < 0) {
      WARN("no user attributes on this file system");
      return;
    }
  }
  CHECK(digest(tree) != before);
}

TEST_CASE("files and bytes are counted once however many names they have") {
  const TempDir tree = small_tree();
  const record::Layer before = describe_layer(tree.path());
  CHECK(before.files == 3);
  CHECK(before.bytes == 15);
  ::link((tree.path() / "file").c_str(), (tree.path() / "same").c_str());
  const record::Layer after = describe_layer(tree.path());
  CHECK(after.files == before.files);
  CHECK(after.bytes == before.bytes);
  CHECK(after.digest != before.digest);
}

TEST_CASE("what is too much is refused") {
  const TempDir tree = small_tree();
  CHECK(test::refuses([&] { describe_layer(tree.path(), {.files = 2}); }, "too many files"));
  CHECK(test::refuses([&] { describe_layer(tree.path(), {.bytes = 14}); }, "too many bytes"));
  Path deep = tree.path();
  for (int i = 0; i < 12; ++i) ::mkdir((deep /= "d").c_str(), 0755);
  CHECK(test::refuses([&] { describe_layer(tree.path(), {.depth = 10}); }, "too deep"));
}

TEST_CASE("a sparse file counts by its size and is refused before it is read") {
  const TempDir tree = small_tree();
  REQUIRE(::truncate((tree.path() / "file").c_str(), off_t{1} << 40) == 0);
  CHECK(test::refuses([&] { describe_layer(tree.path()); }, "too many bytes"));
}

TEST_CASE("a file that its owner may not read is read") {
  const TempDir tree = small_tree();
  ::chmod((tree.path() / "file").c_str(), 0);
  CHECK(describe_layer(tree.path()).files == 3);
  struct stat info {};
  ::stat((tree.path() / "file").c_str(), &info);
  CHECK((info.st_mode & 07777) == 0);
}

TEST_CASE("a directory that its owner may not search is read, and shut again") {
  const TempDir tree = small_tree();
  const Path bin = tree.path() / "bin";
  for (const mode_t mode : {0u, 0600u, 0100u}) {
    ::chmod(bin.c_str(), mode);
    CHECK(describe_layer(tree.path()).files == 3);
    struct stat info {};
    ::stat(bin.c_str(), &info);
    CHECK((info.st_mode & 07777) == mode);
  }
}

TEST_CASE("a device in a layer is refused") {
  const TempDir tree = small_tree();
  if (::mknod((tree.path() / "null").c_str(), S_IFCHR | 0666, ::makedev(1, 3)) < 0) {
    WARN("only root can make a device here");
    return;
  }
  CHECK(test::refuses([&] { describe_layer(tree.path()); }, "device"));
}

TEST_CASE("a deletion is part of the layer, whoever noted it and however") {
  const TempDir tree = small_tree();
  const std::string before = digest(tree);
  const Fd top(::open(tree.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  image::make_whiteout(top, "gone");
  const std::string noted = digest(tree);
  CHECK(noted != before);
  CHECK(describe_layer(tree.path()).files == 4);
  ::chmod((tree.path() / "gone").c_str(), 0600);
  CHECK(digest(tree) == noted);
  ::unlink((tree.path() / "gone").c_str());
  replace_file(tree.path() / "gone", "", 0);
  CHECK(digest(tree) != noted);
}

TEST_CASE("an opaque directory is part of the layer; what the overlay notes for itself is not") {
  const TempDir tree = small_tree();
  const std::string before = digest(tree);
  const Path bin = tree.path() / "bin";
  if (::setxattr(bin.c_str(), "user.overlay.origin", "x", 1, 0) < 0) {
    WARN("no user attributes on this file system");
    return;
  }
  CHECK(digest(tree) == before);
  image::make_opaque(Fd(::open(bin.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)));
  CHECK(digest(tree) != before);
}

TEST_CASE("everything else that the overlay would obey is refused") {
  const TempDir tree = small_tree();
  Path where = tree.path() / "bin";
  std::string name = "user.overlay.redirect", value = "/etc";
  SECTION("a directory that is another one") {}
  SECTION("a file whose content is another's") {
    where = tree.path() / "file";
    name = "user.overlay.metacopy";
  }
  SECTION("a whiteout by attribute") {
    where = tree.path() / "file";
    name = "user.overlay.whiteout";
  }
  SECTION("an opaque file") {
    where = tree.path() / "file";
    name = image::kOpaque;
    value = "y";
  }
  SECTION("a directory of whiteouts by attribute") {
    name = image::kOpaque;
    value = "x";
  }
  SECTION("an opaque top directory, which the overlay would not obey") {
    where = tree.path();
    name = image::kOpaque;
    value = "y";
  }
  if (::setxattr(where.c_str(), name.c_str(), value.data(), value.size(), 0) < 0) {
    WARN("no user attributes on this file system");
    return;
  }
  CHECK(test::refuses([&] { describe_layer(tree.path()); }, name));
}
