#include "doors/report.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include "base/passing.hpp"
#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::doors;

namespace {

Report sample() {
  Report report;
  report.passages = {{"web.example.org", 443, 3, 1000, 5000000000}, {{}, {}, 1, 2, 3}};
  report.refusals = {{{"2026-11-20T12:00:00.000Z", "evil.example.org", {}, "name", "no door", {}, 0, nullptr}, 7}};
  report.others = 4;
  return report;
}

}  // namespace

TEST_CASE("a report survives its way to the other process") {
  const auto [ours, theirs] = socket_pair(SOCK_SEQPACKET);
  send_report(theirs, sample());
  const auto received = receive_report(ours);
  REQUIRE(received);
  CHECK(Json(*received) == Json(sample()));
}

TEST_CASE("a doorman that is gone or speaks nonsense reports nothing") {
  auto [ours, theirs] = socket_pair(SOCK_SEQPACKET);
  constexpr std::string_view kNonsense = R"({"passages": 1})";
  REQUIRE(::send(theirs.get(), kNonsense.data(), kNonsense.size(), 0) > 0);
  CHECK_FALSE(receive_report(ours));
  theirs.close();
  CHECK_FALSE(receive_report(ours));
}

TEST_CASE("of a report that is too long only the first are taken") {
  Report report = sample();
  report.passages.resize(1000);
  report.refusals.resize(1000);
  const auto read = Json(report).get<Report>();
  CHECK(read.passages.size() == Report::kMost);
  CHECK(read.refusals.size() == Report::kMost);
}
