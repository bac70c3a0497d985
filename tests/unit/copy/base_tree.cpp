#include "base_tree.hpp"

#include <sys/stat.h>

#include "base/clock.hpp"
#include "catch.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::test;
using namespace sandbox::tool;

namespace {

WallTime changed(const Path& file) {
  struct stat info {};
  REQUIRE(::stat(file.c_str(), &info) == 0);
  return WallTime(std::chrono::milliseconds(info.st_ctim.tv_sec * 1000 + info.st_ctim.tv_nsec / 1'000'000));
}

/// Of a sandbox with a copy of `folder` that began, and had it all, at `began`.
BaseTree base_of(const Path& folder, WallTime began) {
  record::Sandbox sandbox;
  sandbox.created = rfc3339(began);
  sandbox.workspace = record::Workspace{folder.native(), rfc3339(began)};
  return base_tree(store::Store::at(folder, folder), sandbox, "/workspace");
}

bool is_later(const Path& file, WallTime began) { return base_of(file.parent_path(), began).files.at(file.filename()).is_later; }

}  // namespace

TEST_CASE("a file written in the millisecond in which its sandbox began was there before") {
  const TempDir folder = scratch();
  const Path file = folder.path() / "letter";
  replace_file(file, "old\n");
  const WallTime then = changed(file);
  CHECK_FALSE(is_later(file, then));
  CHECK_FALSE(is_later(file, then + std::chrono::milliseconds(1)));
  CHECK(is_later(file, then - std::chrono::milliseconds(1)));
}

TEST_CASE("changes are asked for from the moment on in which the copy was complete") {
  const TempDir folder = scratch();
  const Moment since = base_of(folder.path(), parse_rfc3339("2026-11-20T12:00:00.005Z")).since;
  CHECK(since.seconds == parse_rfc3339("2026-11-20T12:00:00.000Z").time_since_epoch().count() / 1000);
  CHECK(since.nanoseconds == 5'000'000);
}
