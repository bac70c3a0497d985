// Files whose paths the user gave.
#include "base/named_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/error.hpp"
#include "catch.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::test;
namespace fs = std::filesystem;

TEST_CASE("a file is replaced, where a link leads to") {
  const TempDir place = scratch();
  const Path file = place.path() / "file", link = place.path() / "link";
  write_named_file(file, "one");
  CHECK(read_file(file, 10) == "one");
  fs::create_symlink("file", link);
  write_named_file(link, "two");
  CHECK(fs::is_symlink(link));
  CHECK(read_file(file, 10) == "two");
}

TEST_CASE("a pipe is written to, and stays one") {
  const TempDir place = scratch();
  const Path pipe = place.path() / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  const Fd reader(::open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  write_named_file(pipe, "page");
  REQUIRE(fs::is_fifo(pipe));
  CHECK(read_all(reader.get(), 10, "the pipe") == "page");
}

TEST_CASE("a device is not replaced by a file, and says what it refuses") {
  const TempDir place = scratch();
  const Path link = place.path() / "full";  // a link: code that is wrong here costs nobody a device
  fs::create_symlink("/dev/full", link);
  CHECK(contains(error_of([&] { write_named_file(link, "page"); }).what(), "No space left on device"));
  CHECK(fs::read_symlink(link) == "/dev/full");
}

TEST_CASE("a path that nothing can be written to is known before the work") {
  const TempDir place = scratch();
  CHECK_NOTHROW(check_can_name(place.path() / "page.html"));
  CHECK_NOTHROW(check_can_name("page.html"));
  CHECK_NOTHROW(check_can_name("/dev/stdout"));
  CHECK(refuses([&] { check_can_name(place.path() / "no" / "page.html"); }, "there is no directory"));
  CHECK(refuses([&] { check_can_name(place.path()); }, "it is a directory"));
}
