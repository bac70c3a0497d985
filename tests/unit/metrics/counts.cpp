#include "log_counts.hpp"

#include <fmt/format.h>

#include "audit/events.hpp"
#include "catch.hpp"
#include "record/entry.hpp"

using namespace sandbox;

namespace {

constexpr const char* kId = "sb-aaaaaaaaaa";

/// A log of which each test says what is in it.
class Counted {
 public:
  Counted& take(const std::string& kind, const Json& event, const std::string& tool = "sandbox-supervise", const std::string& id = kId) {
    record::Entry entry;
    entry.number = ++number_;
    entry.time = fmt::format("2026-11-20T12:{:02}:00.000Z", minute++);
    entry.kind = kind;
    entry.sandbox = id;
    entry.source = {tool, 1};
    entry.event = event;
    counts_.take(record::dump(entry));
    return *this;
  }
  Counted& line(std::string_view text) { return counts_.take(text), *this; }
  Counted& living(const record::Sandbox& sandbox) { return counts_.add_living({sandbox}), *this; }

  /// The value of this sample, as it is written.
  std::string operator()(const std::string& sample) const {
    const std::string text = "\n" + exposition_.text();
    const std::size_t at = text.find("\n" + sample + " ");
    if (at == text.npos) return "no such sample";
    const std::size_t begin = at + sample.size() + 2;
    return text.substr(begin, text.find('\n', begin) - begin);
  }

  int minute = 0;

 private:
  tool::Exposition exposition_;
  tool::LogCounts counts_{exposition_};
  std::uint64_t number_ = 0;
};

Json launch(const std::string& recipe) { return {{"engine", "container"}, {"image", recipe}}; }
Json command(double wall_ms) {
  record::Usage usage;
  usage.wall_ms = wall_ms;
  return {{"verdict", record::Verdict{record::Status::finished, record::Reason::exit, 0, {}, {}}}, {"usage", usage}, {"step", nullptr}};
}
Json refusal(const std::string& name, int times) { return {{"name", name}, {"port", 443}, {"reason", "name"}, {"times", times}}; }
Json access(int port, const Json& refused = nullptr) { return {{"port", port}, {"refused", refused}}; }
Json use(int port, int connections, int refused) {
  return {{"port", port}, {"connections", connections}, {"refused", refused}, {"bytes_in", 10}, {"bytes_out", 20}};
}

}  // namespace

TEST_CASE("launches are counted by recipe, and more recipes than fit are others") {
  Counted log;
  for (int i = 0; i < 52; ++i) log.take("launch", launch(fmt::format("r{}", i)));
  CHECK(log("sandbox_launches_total{engine=\"container\",recipe=\"r0\"}") == "1");
  CHECK(log("sandbox_launches_total{engine=\"container\",recipe=\"r49\"}") == "1");
  CHECK(log("sandbox_launches_total{engine=\"container\",recipe=\"other\"}") == "2");
}

TEST_CASE("an end that recovery says again is one") {
  Counted log;
  log.take("launch", launch("a")).take("end", {{"ended", "asked"}, {"usage", nullptr}, {"launch_timings_ms", Json::object()}});
  log.take("end", {{"ended", "crash"}, {"usage", nullptr}}, "sandbox-reap");
  CHECK(log("sandbox_ends_total{reason=\"asked\"}") == "1");
  CHECK(log("sandbox_ends_total{reason=\"crash\"}") == "0");
  CHECK(log("sandbox_reaped_total") == "0");
}

TEST_CASE("an end that somebody else than its supervisor wrote was reaped") {
  Counted log;
  log.take("end", {{"ended", "crash"}, {"usage", nullptr}}, "sandbox-reap");
  CHECK(log("sandbox_ends_total{reason=\"crash\"}") == "1");
  CHECK(log("sandbox_reaped_total") == "1");
}

TEST_CASE("the first access of each kind is counted from the launch, less what it took itself") {
  Counted log;
  log.take("launch", launch("a"));
  log.take("command", command(30'000), "sandbox-exec").take("command", command(0), "sandbox-exec").take("access", access(22));
  CHECK(log("sandbox_first_access_seconds_sum{kind=\"command\"}") == "30");
  CHECK(log("sandbox_first_access_seconds_count{kind=\"command\"}") == "1");
  CHECK(log("sandbox_first_access_seconds_sum{kind=\"ssh\"}") == "180");
  CHECK(log("sandbox_first_access_seconds_count{kind=\"port\"}") == "0");
}

TEST_CASE("a step of a build is no command") {
  Counted log;
  Json step = command(10);
  step["step"] = {{"recipe", "a"}};
  log.take("launch", launch("a")).take("command", step, "sandbox-build");
  CHECK(log("sandbox_commands_total{status=\"finished\",reason=\"exit\",exit=\"zero\"}") == "0");
  CHECK(log("sandbox_first_access_seconds_count{kind=\"command\"}") == "0");
}

TEST_CASE("a refusal that is said again at the end is not counted again") {
  Counted log;
  log.take("refusal", refusal("a", 1)).take("refusal", refusal("b", 1)).take("refusal", refusal("a", 4));
  CHECK(log("sandbox_door_refusals_total{reason=\"name\"}") == "5");
  log.take("refusal", refusal("c", 3));
  CHECK(log("sandbox_door_refusals_total{reason=\"name\"}") == "8");
}

TEST_CASE("connections to a port are counted as they come, and the rest at the end") {
  Counted log;
  log.take("access", access(80)).take("access", access(80)).take("access", access(80, "too many"));
  CHECK(log("sandbox_port_connections_total{kind=\"port\"}") == "2");
  CHECK(log("sandbox_port_refusals_total{kind=\"port\"}") == "1");
  log.take("port", use(80, 7, 1)).take("port", use(22, 1, 0));
  CHECK(log("sandbox_port_connections_total{kind=\"port\"}") == "7");
  CHECK(log("sandbox_port_refusals_total{kind=\"port\"}") == "1");
  CHECK(log("sandbox_port_connections_total{kind=\"ssh\"}") == "1");
  CHECK(log("sandbox_port_bytes_total{direction=\"in\"}") == "20");
}

TEST_CASE("the stages of a launch are counted while it lives and not again when it has ended") {
  record::Sandbox sandbox;
  sandbox.id = kId;
  sandbox.timings_ms = {{"clone", 1.5}, {"inside", 2}, {"inside.root", 1}, {"agent", 0.5}};
  const auto total = [](const Counted& log) { return log("sandbox_launch_stage_seconds_sum{stage=\"total\"}"); };
  CHECK(total(Counted().living(sandbox)) == "0.004");
  const Json end = {{"ended", "asked"}, {"usage", nullptr}, {"launch_timings_ms", sandbox.timings_ms}};
  CHECK(total(Counted().take("end", end).living(sandbox)) == "0.004");
  sandbox.state = "starting";
  CHECK(total(Counted().living(sandbox)) == "0");
}

TEST_CASE("a launch that failed has stages and no total") {
  Counted log;
  log.take("end", {{"ended", "crash"}, {"usage", nullptr}, {"launch_timings_ms", {{"spawn", 1}}}});
  CHECK(log("sandbox_launch_stage_seconds_count{stage=\"spawn\"}") == "1");
  CHECK(log("sandbox_launch_stage_seconds_count{stage=\"total\"}") == "0");
}

TEST_CASE("failures are counted by tool and code, others together") {
  Counted log;
  log.take("error", {{"code", 75}}, "sandbox-launch").take("error", {{"code", 99}}, "sandbox-of-tomorrow");
  CHECK(log("sandbox_failures_total{tool=\"sandbox-launch\",code=\"75\"}") == "1");
  CHECK(log("sandbox_failures_total{tool=\"other\",code=\"other\"}") == "1");
}

TEST_CASE("a broken line is counted and loses nothing else") {
  Counted log;
  log.line("not an entry").line("{\"schema\":\"sandbox.entry/1\"}").line("");
  log.take("copy", {{"direction", "in"}, {"bytes", -5}}).take("copy", {{"direction", "in"}, {"bytes", "many"}});
  log.take("copy", {{"direction", "in"}, {"bytes", 5}}).take("a-kind-of-tomorrow", Json::object());
  CHECK(log("sandbox_log_unreadable_total") == "5");
  CHECK(log("sandbox_copies_total{direction=\"in\"}") == "1");
  CHECK(log("sandbox_copied_bytes_total{direction=\"in\"}") == "5");
  CHECK(log("sandbox_log_entries_total") == "4");
  CHECK(log("sandbox_log_first_entry_number") == "1");
}

TEST_CASE("an entry that was cut short counts as far as it goes") {
  Counted log;
  for (const char* kind : {"launch", "command", "end", "refusal", "door", "port", "access", "error", "build", "copy"}) log.take(kind, Json::object());
  CHECK(log("sandbox_log_unreadable_total") == "0");
  CHECK(log("sandbox_launches_total{engine=\"other\",recipe=\"other\"}") == "1");
  CHECK(log("sandbox_ends_total{reason=\"other\"}") == "1");
}
