#include "life/copy_tree.hpp"

#include <sys/stat.h>

#include "base/error.hpp"
#include "catch.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::life;

namespace {

struct Folders {
  TempDir place = test::scratch();
  Path from = place.path() / "from";
  Path to = place.path() / "to";
  Folders() {
    std::filesystem::create_directories(from / "a/b");
    std::filesystem::create_directory(to);
  }
};

}  // namespace

TEST_CASE("files, folders, modes and times are copied") {
  const Folders folders;
  replace_file(folders.from / "a/b/script", "#!/bin/sh\n", 0755);
  replace_file(folders.from / "empty", "", 0640);
  std::filesystem::last_write_time(folders.from / "a/b/script", std::filesystem::file_time_type(std::chrono::hours(1)));
  const Copied copied = copy_tree(folders.from, folders.to, {});
  CHECK(copied.files == 2);
  CHECK(copied.bytes == 10);
  CHECK(read_file(folders.to / "a/b/script", 100) == "#!/bin/sh\n");
  struct stat info {};
  REQUIRE(::stat((folders.to / "a/b/script").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0755);
  CHECK(std::filesystem::last_write_time(folders.to / "a/b/script") ==
        std::filesystem::last_write_time(folders.from / "a/b/script"));
}

TEST_CASE("links are copied as links, never followed") {
  const Folders folders;
  replace_file(folders.place.path() / "outside", "secret");
  std::filesystem::create_symlink("../outside", folders.from / "link");
  std::filesystem::create_symlink("/nowhere", folders.from / "dangling");
  copy_tree(folders.from, folders.to, {});
  CHECK(std::filesystem::read_symlink(folders.to / "link") == "../outside");
  CHECK(std::filesystem::read_symlink(folders.to / "dangling") == "/nowhere");
}

TEST_CASE("pipes and sockets are left out") {
  const Folders folders;
  REQUIRE(::mkfifo((folders.from / "pipe").c_str(), 0600) == 0);
  CHECK(copy_tree(folders.from, folders.to, {}).files == 0);
  CHECK_FALSE(std::filesystem::exists(folders.to / "pipe"));
}

TEST_CASE("names with newlines and bytes that are not UTF-8 are copied") {
  const Folders folders;
  replace_file(folders.from / "a\nb\xff", "x");
  copy_tree(folders.from, folders.to, {});
  CHECK(read_file(folders.to / "a\nb\xff", 10) == "x");
}

TEST_CASE("a file that exists at the destination is an error, not overwritten") {
  const Folders folders;
  replace_file(folders.from / "f", "new");
  replace_file(folders.to / "f", "old");
  CHECK_THROWS_AS(copy_tree(folders.from, folders.to, {}), Error);
  CHECK(read_file(folders.to / "f", 10) == "old");
}
