// Files of a stranger's folder.
#include "base/beneath.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/error.hpp"
#include "catch.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::test;
namespace fs = std::filesystem;

TEST_CASE("a file is read where it is, and where a link within its folder leads") {
  const TempDir place = scratch();
  fs::create_directories(place.path() / "in/deep");
  replace_file(place.path() / "in/deep/file", "text");
  fs::create_symlink("deep/file", place.path() / "in/link");
  CHECK(read_beneath(place.path() / "in", "deep/file", 10) == "text");
  CHECK(read_beneath(place.path() / "in", "link", 10) == "text");
}

TEST_CASE("nothing outside of the folder is read, whatever leads there") {
  const TempDir place = scratch();
  fs::create_directories(place.path() / "in");
  replace_file(place.path() / "out", "secret");
  fs::create_symlink("../out", place.path() / "in/up");
  fs::create_symlink(place.path() / "out", place.path() / "in/absolute");
  fs::create_directory_symlink("..", place.path() / "in/folder");
  for (const std::string& path : {std::string("up"), std::string("absolute"), std::string("folder/out"), std::string("../out"), (place.path() / "out").native()})
    CHECK(refuses([&] { read_beneath(place.path() / "in", path, 10); }, "it leads out of its folder"));
  fs::create_symlink("/proc/self/fd/0", place.path() / "in/open");
  CHECK_FALSE(open_beneath(place.path() / "in", "open", O_RDONLY));
}

TEST_CASE("what is no file, or too large, is refused at once") {
  const TempDir place = scratch();
  REQUIRE(::mkfifo((place.path() / "pipe").c_str(), 0600) == 0);
  replace_file(place.path() / "large", std::string(11, 'x'));
  CHECK(refuses([&] { read_beneath(place.path(), "pipe", 10); }, "not a regular file"));
  CHECK(refuses([&] { read_beneath(place.path(), "large", 10); }, "larger than 10 bytes"));
  CHECK(refuses([&] { read_beneath(place.path(), "none", 10); }, "No such file"));
}
