#include "store/store.hpp"

#include <sys/stat.h>

#include "base/error.hpp"
#include "catch.hpp"
#include "place.hpp"

using namespace sandbox;
using namespace sandbox::test;
using store::Store;

namespace {

unsigned mode_of(const Path& path) {
  struct stat info {};
  REQUIRE(::lstat(path.c_str(), &info) == 0);
  return info.st_mode & 0777;
}

}  // namespace

TEST_CASE("a store is made private, and opening it again changes nothing") {
  const Place place;
  const Store store = Store::open();
  CHECK(store.state() == place.path());
  for (const Path& part : {store.state(), store.run(), store.layers(), store.images(), store.sandboxes(), store.ended()})
    CHECK(mode_of(part) == 0700);
  CHECK_NOTHROW(Store::open());
}

TEST_CASE("a store that others could enter is closed to them") {
  const Place place;
  Store::open();
  ::chmod(place.path().c_str(), 0755);
  Store::open();
  CHECK(mode_of(place.path()) == 0700);
}

TEST_CASE("a store in a place that is no directory is refused") {
  const Place place;
  replace_file(place.path(), "a file");
  CHECK(contains(error_of([] { Store::open(); }).what(), "is not a directory"));
}

TEST_CASE("a store behind a symbolic link is refused") {
  const Place place;
  std::filesystem::create_directory_symlink("/tmp", place.path());
  CHECK(contains(error_of([] { Store::open(); }).what(), "is not a directory"));
}

TEST_CASE("a relative SANDBOX_STORE is refused") {
  const Place place;
  ::setenv("SANDBOX_STORE", "relative/store", 1);
  CHECK(refuses([] { Store::open(); }, "not an absolute path"));
}

TEST_CASE("somebody else's store is refused") {
  if (::geteuid() != 0) return;  // only root can make one
  const Place place;
  std::filesystem::create_directory(place.path());
  REQUIRE(::chown(place.path().c_str(), 12345, 12345) == 0);
  const Error error = error_of([] { Store::open(); });
  CHECK(error.code() == ExitCode::host);
  CHECK(contains(error.what(), "belongs to uid 12345"));
}
