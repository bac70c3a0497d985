#include "life/service_log.hpp"

#include "base/temp_dir.hpp"
#include "catch.hpp"

using namespace sandbox;
using life::ServiceLog;

namespace {

std::uintmax_t size_of(const Path& file) { return std::filesystem::exists(file) ? std::filesystem::file_size(file) : 0; }

}  // namespace

TEST_CASE("a log is bounded, and keeps what came last") {
  const TempDir place = TempDir::create("/tmp");
  ServiceLog log(place.path(), "web", {});
  const std::string line(999, 'x');
  for (int i = 0; i < 5000; ++i) log.append(line + "\n");
  log.append("last\n");
  CHECK(size_of(ServiceLog::file(place.path(), "web")) <= ServiceLog::kMostBytes);
  CHECK(size_of(ServiceLog::older_file(place.path(), "web")) <= ServiceLog::kMostBytes);
  CHECK(size_of(ServiceLog::older_file(place.path(), "web")) > ServiceLog::kMostBytes / 2);
  CHECK(log.tail(1) == "last");
  CHECK(log.tail(2) == line + "\nlast");
}

TEST_CASE("the tail of a short log is all of it") {
  const TempDir place = TempDir::create("/tmp");
  ServiceLog log(place.path(), "web", {});
  CHECK(log.tail(3).empty());
  log.append("one\ntwo\n");
  CHECK(log.tail(3) == "one\ntwo");
  CHECK(log.tail(1) == "two");
}

TEST_CASE("secrets are not in a log, also where a write cuts them in two") {
  const TempDir place = TempDir::create("/tmp");
  ServiceLog log(place.path(), "web", {"hunter2"});
  log.append("it is hun");
  log.append("ter2\nhunt");
  log.end_of_process();
  CHECK(log.tail(9) == "it is [redacted]\nhunt");
}

TEST_CASE("who writes too fast has to wait") {
  const TempDir place = TempDir::create("/tmp");
  ServiceLog log(place.path(), "web", {});
  log.append("a little");
  const auto before = log.open_from();
  CHECK(before <= std::chrono::steady_clock::now());
  log.append(std::string(2 << 20, 'x'));
  CHECK(log.open_from() > before);
}
