#include "build/caught.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "catch.hpp"
#include "image/deletion.hpp"
#include "scratch.hpp"

using namespace sandbox;

namespace {

/// The disk of a step's sandbox, as the engine leaves it, over one layer.
struct Fixture {
  TempDir folder = test::scratch();
  TempDir layer = test::scratch();
  Path disk = folder.path() / "disk";
  build::Workplace place;

  Fixture() {
    place.folder = folder.path();
    place.tree = folder.path() / build::kTree;
    place.lower = {layer.path()};
    std::filesystem::create_directories(place.tree);
    std::filesystem::create_directories(disk / "u/etc/ssl/certs");
    std::filesystem::create_directories(disk / "u/tmp");
    std::filesystem::create_directories(layer.path() / "etc");
  }

  void caught(const std::vector<std::string>& shown) { build::catch_layer(disk, shown, place); }
  bool there(const char* path) const {
    struct stat info {};
    return ::lstat((place.tree / path).c_str(), &info) == 0;
  }
};

bool is_opaque(const Path& path) { return ::getxattr(path.c_str(), image::kOpaque, nullptr, 0) >= 0; }

void make_opaque(const Path& path) { REQUIRE(::setxattr(path.c_str(), image::kOpaque, "y", 1, 0) == 0); }

}  // namespace

TEST_CASE_METHOD(Fixture, "mount points go, with the directories that were made for them") {
  replace_file(disk / "u/etc/resolv.conf", "");
  replace_file(disk / "u/etc/ssl/certs/ours.crt", "");
  replace_file(disk / "u/etc/hosts", "127.0.0.1 localhost\n");
  caught({"/etc/resolv.conf", "/etc/ssl/certs/ours.crt", "/etc/hosts", "/pki/never/made"});
  CHECK_FALSE(there("etc/resolv.conf"));
  CHECK_FALSE(there("etc/ssl"));
  CHECK(there("etc/hosts"));
  CHECK(there("etc"));
}

TEST_CASE_METHOD(Fixture, "a directory beside a mount point keeps what the step put there") {
  replace_file(disk / "u/etc/ssl/certs/ours.crt", "");
  replace_file(disk / "u/etc/ssl/mine", "");
  caught({"/etc/ssl/certs/ours.crt"});
  CHECK_FALSE(there("etc/ssl/certs"));
  CHECK(there("etc/ssl/mine"));
}

TEST_CASE_METHOD(Fixture, "no link leads the clean-up out of the layer") {
  const TempDir outside = test::scratch();
  replace_file(outside.path() / "hosts", "");
  replace_file(outside.path() / "left", "");
  std::filesystem::remove_all(disk / "u/etc");
  std::filesystem::remove(disk / "u/tmp");
  std::filesystem::create_symlink(outside.path(), disk / "u/etc");
  std::filesystem::create_symlink(outside.path(), disk / "u/tmp");
  caught({"/etc/hosts"});
  CHECK(std::filesystem::exists(outside.path() / "hosts"));
  CHECK(std::filesystem::exists(outside.path() / "left"));
  CHECK(there("etc"));
  CHECK(there("tmp"));
}

TEST_CASE_METHOD(Fixture, "what was left in /tmp goes; what it hides stays hidden") {
  std::filesystem::create_directories(disk / "u/tmp/deep/er");
  REQUIRE(::mknod((disk / "u/tmp/gone").c_str(), S_IFCHR, ::makedev(0, 0)) == 0);
  caught({});
  CHECK(there("tmp"));
  CHECK_FALSE(there("tmp/deep"));
  CHECK(there("tmp/gone"));
}

TEST_CASE_METHOD(Fixture, "a directory is opaque only where there is something to hide") {
  std::filesystem::create_directories(disk / "u/new/closed");
  for (const char* path : {"u/etc", "u/new", "u/new/closed"}) make_opaque(disk / path);
  ::chmod((disk / "u/new/closed").c_str(), 0);
  caught({});
  CHECK(is_opaque(place.tree / "etc"));
  CHECK_FALSE(is_opaque(place.tree / "new"));
  struct stat info {};
  REQUIRE(::lstat((place.tree / "new/closed").c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0);
  ::chmod((place.tree / "new/closed").c_str(), 0700);
  CHECK_FALSE(is_opaque(place.tree / "new/closed"));
}
