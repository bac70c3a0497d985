#include "image/written.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/error.hpp"
#include "catch.hpp"
#include "image/deletion.hpp"
#include "image/leftovers.hpp"
#include "scratch.hpp"

using namespace sandbox;

namespace {

/// An upper directory, and the tree that its files are copied to.
struct Fixture {
  TempDir upper = test::scratch();
  TempDir tree = test::scratch();

  std::uint64_t copy(const image::Bounds& bounds = {}) const {
    return image::copy_written(image::open_top(upper.path()), image::open_top(tree.path()), image::Owners::roots, bounds);
  }
  struct stat look(const char* path) const {
    struct stat info {};
    REQUIRE(::lstat((tree.path() / path).c_str(), &info) == 0);
    return info;
  }
};

void set(const Path& path, const char* name, const char* value) { REQUIRE(::setxattr(path.c_str(), name, value, 1, 0) == 0); }
bool has(const Path& path, const char* name) { return ::getxattr(path.c_str(), name, nullptr, 0) >= 0; }

}  // namespace

TEST_CASE_METHOD(Fixture, "deletions are copied, with what hides a directory below") {
  std::filesystem::create_directory(upper.path() / "anew");
  REQUIRE(::mknod((upper.path() / "gone").c_str(), S_IFCHR, ::makedev(0, 0)) == 0);
  REQUIRE(::link((upper.path() / "gone").c_str(), (upper.path() / "gone too").c_str()) == 0);
  set(upper.path() / "anew", image::kOpaque, "y");
  copy();
  CHECK(image::is_whiteout(look("gone")));
  CHECK(image::is_whiteout(look("gone too")));
  CHECK(has(tree.path() / "anew", image::kOpaque));
}

TEST_CASE_METHOD(Fixture, "attributes of the file are kept, those of an overlay are not") {
  replace_file(upper.path() / "file", "text");
  set(upper.path() / "file", "user.mine", "1");
  set(upper.path() / "file", "user.overlay.origin", "1");
  set(upper.path() / "file", "user.overlay.redirect", "/");
  set(upper.path() / "file", "user.overlay.overlay.opaque", "y");
  copy();
  CHECK(read_file(tree.path() / "file", 100) == "text");
  CHECK(has(tree.path() / "file", "user.mine"));
  for (const char* name : {"user.overlay.origin", "user.overlay.redirect", "user.overlay.overlay.opaque"}) CHECK_FALSE(has(tree.path() / "file", name));
}

TEST_CASE_METHOD(Fixture, "names of one file stay names of one file") {
  replace_file(upper.path() / "a", "text");
  std::filesystem::create_directory(upper.path() / "deep");
  std::filesystem::create_hard_link(upper.path() / "a", upper.path() / "deep/b");
  copy();
  CHECK(look("a").st_ino == look("deep/b").st_ino);
}

TEST_CASE_METHOD(Fixture, "holes stay holes, modes and times stay what they were") {
  const Path path = upper.path() / "sparse";
  replace_file(path, "begin");
  REQUIRE(::truncate(path.c_str(), off_t{1} << 34) == 0);
  REQUIRE(::chmod(path.c_str(), 0) == 0);
  const timespec times[2] = {{5, 0}, {7, 9}};
  REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
  copy();
  const struct stat info = look("sparse");
  CHECK(info.st_size == off_t{1} << 34);
  CHECK(info.st_blocks < 100);
  CHECK((info.st_mode & 07777) == 0);
  CHECK(info.st_mtim.tv_sec == 7);
}

TEST_CASE_METHOD(Fixture, "no link is followed, and a pipe makes nobody wait") {
  const TempDir outside = test::scratch();
  replace_file(outside.path() / "secret", "private");
  std::filesystem::create_symlink(outside.path() / "secret", upper.path() / "file");
  std::filesystem::create_symlink(outside.path(), upper.path() / "folder");
  REQUIRE(::mkfifo((upper.path() / "pipe").c_str(), 0600) == 0);
  REQUIRE(::chmod((upper.path() / "pipe").c_str(), 0620) == 0);
  REQUIRE(::mknod((upper.path() / "socket").c_str(), S_IFSOCK | 0600, 0) == 0);
  copy();
  CHECK(S_ISLNK(look("file").st_mode));
  CHECK(std::filesystem::read_symlink(tree.path() / "folder") == outside.path());
  CHECK(look("pipe").st_mode == (S_IFIFO | 0620));
  CHECK(S_ISSOCK(look("socket").st_mode));
}

TEST_CASE_METHOD(Fixture, "too much is refused, whatever there is too much of") {
  std::filesystem::create_directories(upper.path() / "a/b/c");
  replace_file(upper.path() / "a/file", "12345");
  CHECK_THROWS_AS(copy({.depth = 2}), Error);
  std::filesystem::remove_all(tree.path() / "a");
  CHECK_THROWS_AS(copy({.bytes = 4}), Error);
  std::filesystem::remove_all(tree.path() / "a");
  CHECK_THROWS_AS(copy({.files = 0}), Error);
}

TEST_CASE_METHOD(Fixture, "who loses his files loses the rights that they gave away") {
  if (::geteuid() != 0) return;  // nobody else can make such a file
  replace_file(upper.path() / "tool", "text");
  REQUIRE(::chown((upper.path() / "tool").c_str(), 1000, 1000) == 0);
  REQUIRE(::chmod((upper.path() / "tool").c_str(), 06755) == 0);
  CHECK(copy() == 1);
  CHECK((look("tool").st_mode & 07777) == 0755);
  CHECK(look("tool").st_uid == 0);
}
