#include "occupied.hpp"

#include <unistd.h>

#include "catch.hpp"
#include "scratch.hpp"

using namespace sandbox;

namespace {

void write_file(const Path& path, std::size_t bytes) { replace_file(path, std::string(bytes, 'x')); }

}  // namespace

TEST_CASE("a folder takes what its files take, symbolic links are not followed") {
  const TempDir scratch = test::scratch();
  const Path folder = scratch.path() / "folder";
  std::filesystem::create_directories(folder / "below");
  const auto empty = tool::occupied(folder).bytes;
  write_file(folder / "below/file", 1 << 20);
  write_file(scratch.path() / "elsewhere", 8 << 20);
  std::filesystem::create_symlink(scratch.path(), folder / "link");
  const auto found = tool::occupied(folder);
  CHECK(found.is_all);
  CHECK(found.bytes >= empty + (1 << 20));
  CHECK(found.bytes < empty + (2 << 20));
}

TEST_CASE("a file with two names is counted once") {
  const TempDir scratch = test::scratch();
  write_file(scratch.path() / "one", 1 << 20);
  const auto before = tool::occupied(scratch.path()).bytes;
  std::filesystem::create_hard_link(scratch.path() / "one", scratch.path() / "two");
  CHECK(tool::occupied(scratch.path()).bytes == before);
}

TEST_CASE("no folder takes nothing, and that is all of it") {
  const auto found = tool::occupied("/nonexistent/folder");
  CHECK(found.bytes == 0);
  CHECK(found.is_all);
}

TEST_CASE("what is too deep or too much is not counted, and that is said") {
  const TempDir scratch = test::scratch();
  std::filesystem::create_directories(scratch.path() / "a/b/c");
  CHECK(tool::occupied(scratch.path()).is_all);
  CHECK_FALSE(tool::occupied(scratch.path(), {.deepest = 2}).is_all);
  CHECK_FALSE(tool::occupied(scratch.path(), {.most_entries = 2}).is_all);
}
