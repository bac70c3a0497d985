#include "build/times.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <string>

#include "catch.hpp"
#include "scratch.hpp"

using namespace sandbox;

namespace {

constexpr timespec kLatest{1'600'000'000, 500};

struct Fixture {
  TempDir folder = test::scratch();
  Path tree = folder.path() / "tree";

  Fixture() {
    std::filesystem::create_directories(tree / "a/b");
    replace_file(tree / "a/file", "content");
    std::filesystem::create_symlink(folder.path() / "outside", tree / "a/link");
    replace_file(folder.path() / "outside", "content");
  }
  void set(const Path& path, timespec time) {
    const timespec times[] = {time, time};
    REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) == 0);
  }
  timespec at(const Path& path) const {
    struct stat info {};
    REQUIRE(::lstat(path.c_str(), &info) == 0);
    return info.st_mtim;
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "what is later is of 1980, folders and links among it") {
  for (const char* name : {"a/link", "a/b", "a", ""}) set(tree / name, {kLatest.tv_sec, kLatest.tv_nsec + 1});
  set(tree / "a/file", {kLatest.tv_sec, kLatest.tv_nsec});
  set(folder.path() / "outside", {1'700'000'000, 0});
  build::clamp_times(tree, kLatest);
  for (const char* name : {"a/link", "a/b", "a", ""}) {
    INFO(name);
    CHECK(at(tree / name).tv_sec == build::kEpoch);
    CHECK(at(tree / name).tv_nsec == 0);
  }
  CHECK(at(tree / "a/file").tv_sec == kLatest.tv_sec);
  CHECK(at(tree / "a/file").tv_nsec == kLatest.tv_nsec);
  CHECK(at(folder.path() / "outside").tv_sec == 1'700'000'000);
}

TEST_CASE_METHOD(Fixture, "what is older stays, and so does the mode of a folder that cannot be read") {
  set(tree / "a/file", {7, 0});
  REQUIRE(::chmod((tree / "a/b").c_str(), 0) == 0);
  build::clamp_times(tree, {build::kEpoch, 0});
  CHECK(at(tree / "a/file").tv_sec == 7);
  struct stat info {};
  REQUIRE(::lstat((tree / "a/b").c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0);
  CHECK(info.st_mtim.tv_sec == build::kEpoch);
}
