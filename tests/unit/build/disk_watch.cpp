#include "build/disk_watch.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "catch.hpp"
#include "scratch.hpp"

using namespace sandbox;

namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

/// On the disk, or the file system has not lost it yet.
void write(const Path& path, std::uint64_t bytes) {
  replace_file(path, std::string(bytes, 'x'));
  ::sync();
}

void write_empty(const Path& path) {
  const Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  REQUIRE(fd);
}

}  // namespace

TEST_CASE("a folder is over its bound once it holds more") {
  const TempDir folder = test::scratch();
  build::DiskWatch watch(folder.path(), 8 * kMiB);
  CHECK_FALSE(watch.is_over());
  write(folder.path() / "one", 4 * kMiB);
  CHECK_FALSE(watch.is_over());
  std::filesystem::create_directory(folder.path() / "below");
  write(folder.path() / "below/two", 16 * kMiB);
  CHECK(watch.is_over());
}

TEST_CASE("many empty files are over it, too") {
  const TempDir folder = test::scratch();
  build::DiskWatch watch(folder.path(), 2 * kMiB);
  for (int i = 0; i < 1000; ++i) write_empty(folder.path() / std::to_string(i));
  CHECK(watch.is_over());
}

TEST_CASE("what others write on the same disk does not count") {
  const TempDir folder = test::scratch();
  const TempDir other = test::scratch();
  build::DiskWatch watch(folder.path(), 4 * kMiB);
  write(other.path() / "big", 32 * kMiB);
  CHECK_FALSE(watch.is_over());
}

TEST_CASE("a file with several names counts once") {
  const TempDir folder = test::scratch();
  build::DiskWatch watch(folder.path(), 8 * kMiB);
  write(folder.path() / "one", 6 * kMiB);
  for (const char* name : {"two", "three", "four"}) std::filesystem::create_hard_link(folder.path() / "one", folder.path() / name);
  const TempDir other = test::scratch();
  write(other.path() / "big", 16 * kMiB);  // so that it counts
  CHECK_FALSE(watch.is_over());
}
