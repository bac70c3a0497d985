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

TEST_CASE("a file is replaced, and so is a link, wherever it leads") {
  const TempDir place = scratch();
  const Path file = place.path() / "file", link = place.path() / "link";
  write_named_file(file, "one");
  CHECK(read_file(file, 10) == "one");
  fs::create_symlink("file", link);
  write_named_file(link, "two");
  CHECK(read_file(link, 10) == "two");
  CHECK(read_file(file, 10) == "one");
  fs::remove(link);
  fs::create_symlink("/dev/full", link);
  CHECK_NOTHROW(write_named_file(link, "three"));
  CHECK_FALSE(fs::is_symlink(link));
}

TEST_CASE("what is open already is written to where it ends") {
  const TempDir place = scratch();
  const Fd open(::open((place.path() / "out").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  write_all(open.get(), "record\n", "out");
  write_named_file("/dev/fd/" + std::to_string(open.get()), "page");
  CHECK(read_file(place.path() / "out", 100) == "record\npage");
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
  // By a name in /proc, where code that is wrong here can make no file.
  const Fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  CHECK(contains(error_of([&] { write_named_file("/dev/fd/" + std::to_string(full.get()), "page"); }).what(), "No space left on device"));
}

TEST_CASE("a path that nothing can be written to is known before the work") {
  const TempDir place = scratch();
  CHECK_NOTHROW(check_can_name(place.path() / "page.html"));
  CHECK_NOTHROW(check_can_name("page.html"));
  CHECK_NOTHROW(check_can_name("/dev/stdout"));
  CHECK(refuses([&] { check_can_name(place.path() / "no" / "page.html"); }, "there is no directory"));
  CHECK(refuses([&] { check_can_name(place.path()); }, "it is a directory"));
}
