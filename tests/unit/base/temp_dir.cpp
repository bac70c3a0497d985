#include "base/temp_dir.hpp"

#include <sys/stat.h>

#include "catch.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::test;

TEST_CASE("a temporary directory is private and goes with everything in it") {
  Path path;
  {
    const TempDir place = scratch();
    path = place.path();
    struct stat info {};
    REQUIRE(::stat(path.c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0700);
    std::filesystem::create_directories(path / "a/b/c");
    replace_file(path / "a/b/file", "x");
  }
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a kept directory is there whole, and the first one wins") {
  const TempDir place = scratch();
  TempDir first = TempDir::create(place.path());
  replace_file(first.path() / "who", "first");
  CHECK(first.keep_as(place.path() / "final"));
  TempDir second = TempDir::create(place.path());
  CHECK_FALSE(second.keep_as(place.path() / "final"));
  CHECK(read_file(place.path() / "final/who", 10) == "first");
}

TEST_CASE("symbolic links are removed and never followed") {
  const TempDir place = scratch();
  const Path outside = place.path() / "outside";
  std::filesystem::create_directories(outside);
  replace_file(outside / "precious", "x");
  std::filesystem::create_directories(place.path() / "tree");
  std::filesystem::create_directory_symlink("../outside", place.path() / "tree/link");
  std::filesystem::create_symlink("../outside/precious", place.path() / "tree/file-link");
  remove_tree(place.path() / "tree");
  CHECK(std::filesystem::exists(outside / "precious"));
  CHECK_FALSE(std::filesystem::exists(place.path() / "tree"));
}

TEST_CASE("a tree without any permission is removed all the same") {
  const TempDir place = scratch();
  const Path tree = place.path() / "tree";
  std::filesystem::create_directories(tree / "closed/inside");
  ::chmod((tree / "closed/inside").c_str(), 0);
  ::chmod((tree / "closed").c_str(), 0);
  remove_tree(tree);
  CHECK_FALSE(std::filesystem::exists(tree));
}

TEST_CASE("a tree that is nested deeper than descriptors reach is removed") {
  const TempDir place = scratch();
  const DescriptorLimit limit(200);
  Fd at(::open(place.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (int depth = 0; depth < 3000; ++depth) {
    REQUIRE(::mkdirat(at.get(), "deeper", 0700) == 0);
    // A hostile tree has the names that the removal would like to use.
    if (depth == 0) REQUIRE(::mkdirat(at.get(), ".deep-0", 0700) == 0);
    at = Fd(::openat(at.get(), "deeper", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }
  at.close();
  const std::size_t before = open_descriptors();
  remove_tree(place.path() / "deeper");
  CHECK_FALSE(std::filesystem::exists(place.path() / "deeper"));
  CHECK(open_descriptors() == before);
}

TEST_CASE("what is gone already was removed well") { CHECK(remove_tree("/nonexistent/tree") == 0); }

TEST_CASE("the bytes freed are those on disk") {
  const TempDir place = scratch();
  const Path tree = place.path() / "tree";
  std::filesystem::create_directories(tree);
  replace_file(tree / "file", std::string(1 << 20, 'x'));
  CHECK(remove_tree(tree) >= 1 << 20);
}
