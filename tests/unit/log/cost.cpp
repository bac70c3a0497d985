#include "cost.hpp"

#include "catch.hpp"
#include "record/usage.hpp"
#include "record/verdict.hpp"

using namespace sandbox;

namespace {

const WallTime kNow = parse_rfc3339("2026-11-20T12:00:00.000Z");

record::Entry entry(const std::string& kind, const std::string& id, const std::string& time, const Json& event) {
  record::Entry entry;
  entry.kind = kind;
  entry.sandbox = id;
  entry.time = "2026-11-" + time + ":00:00.000Z";
  entry.event = event;
  return entry;
}

Json usage(double cpu_ms, std::uint64_t peak) {
  record::Usage usage;
  usage.cpu_ms = cpu_ms;
  usage.peak_bytes = peak;
  return usage;
}

Json verdict(int exit) { return record::Verdict{record::Status::finished, record::Reason::exit, exit, {}, {}}; }

/// Two sandboxes of one job, on two days; the second still runs.
tool::Costs two_sandboxes(const config::Prices& prices) {
  tool::Costs costs(prices);
  const Json labels = {{"labels", {{"job", "17"}}}};
  costs.add(entry("launch", "sb-a", "19T10", labels));
  costs.add(entry("command", "sb-a", "19T11", {{"verdict", verdict(1)}, {"usage", usage(500, 1 << 20)}}));
  costs.add(entry("end", "sb-a", "19T12", {{"ended", "asked"}, {"usage", usage(3600e3, 2ull << 30)}}));
  costs.add(entry("launch", "sb-b", "20T11", labels));
  costs.add(entry("command", "sb-b", "20T11", {{"verdict", verdict(0)}, {"usage", usage(1800e3, 1ull << 30)}}));
  return costs;
}

}  // namespace

TEST_CASE("use is added up by sandbox, label and day") {
  const tool::Costs costs = two_sandboxes({});
  CHECK(costs.by("sandbox", kNow).size() == 2);
  CHECK(costs.by("day", kNow).at(0).key == "2026-11-19");
  const auto rows = costs.by("label", kNow);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].key == "job=17");
  CHECK(rows[0].sandboxes == 2);
  CHECK(rows[0].commands == 2);
  CHECK(rows[0].failed == 1);
  CHECK(rows[0].life_ms == 3 * 3600e3);
  CHECK(rows[0].cpu_ms == 5400e3);
  CHECK(rows[0].peak_bytes == 2ull << 30);
  CHECK_FALSE(rows[0].cost);
}

TEST_CASE("each price counts what it is the price of") {
  const auto cost = [](config::Prices prices) { return two_sandboxes(prices).by("sandbox", kNow).at(0).cost; };
  CHECK(cost({1.0, {}, {}, {}}) == 2.0);                 // two hours
  CHECK(cost({{}, 1.0, {}, {}}) == 1.0);                 // one hour of a processor
  CHECK(cost({{}, {}, 1.0, {}}) == 4.0);                 // 2 GiB for two hours
  CHECK(cost({1.0, 1.0, 1.0, "EUR"}) == 7.0);
}

TEST_CASE("an entry that was cut short is a use nobody knows, not an error") {
  tool::Costs costs({});
  costs.add(entry("launch", "sb-a", "19T10", Json::object()));
  costs.add(entry("end", "sb-a", "19T11", Json::object()));
  CHECK(costs.by("sandbox", kNow).at(0).life_ms == 3600e3);
  CHECK(costs.by("label", kNow).empty());
}
