#include "audit/events.hpp"

#include <algorithm>

#include "catch.hpp"
#include "digest/sha256.hpp"
#include "record/entry.hpp"

using namespace sandbox;
using namespace sandbox::audit;

TEST_CASE("a command's event has what was asked and what became of it, not what it wrote") {
  record::CommandOutcome outcome;
  outcome.argv = {"echo", "\xff"};
  outcome.verdict = {record::Status::finished, record::Reason::exit, 3, {}, {}};
  outcome.out = {"private", 7, false};
  const Event event = commanded("sb-aaaaaaaaaa", outcome, {"nobody", "/tmp", {"LANG"}}, digests_of_kept(outcome));
  CHECK(event.kind == "command");
  CHECK(event.sandbox == "sb-aaaaaaaaaa");
  CHECK(event.body["argv"] == Json({"echo", {{"base64", "/w=="}}}));
  CHECK(event.body["user"] == "nobody");
  CHECK(event.body["cwd"] == "/tmp");
  CHECK(event.body["env"] == Json::array({"LANG"}));
  CHECK(event.body["verdict"]["exit"] == 3);
  CHECK(event.body["stdout"]["sha256"] == digest::sha256_hex("private"));
  CHECK(record::dump(event.body).find("private") == std::string::npos);
}

TEST_CASE("output that only passed through has no digest") {
  record::CommandOutcome outcome;
  outcome.out.bytes = 5;
  const Event event = commanded("sb-aaaaaaaaaa", outcome, {}, {});
  CHECK(event.body["stdout"]["sha256"].is_null());
  CHECK(event.body["stdout"]["bytes"] == 5);
}

TEST_CASE("every kind that is made is one that readers can ask for") {
  record::Image snapshot;
  snapshot.snapshot_of = record::SnapshotOf{"sb-aaaaaaaaaa", "busybox", ""};
  snapshot.layers.emplace_back();
  snapshot.timings_ms["still"] = 1;
  const Event events[] = {built({}), snapshot_made(snapshot), launched({}), ended({}), failed(Error(ExitCode::host, "no")),
                          commanded("", {}, {}, {}), copied("", Direction::in, "/x", {}), changed("", {}, {}), refused("", {}, 1), passed("", {}),
                          service_died("", "web", "it ended with status 1")};
  for (const Event& event : events)
    CHECK(std::find(record::kEventKinds.begin(), record::kEventKinds.end(), event.kind) != record::kEventKinds.end());
}

TEST_CASE("an end has the stages of the launch") {
  CHECK(ended({}, {{"clone", 0.5}}).body["launch_timings_ms"] == Json({{"clone", 0.5}}));
  CHECK(ended({}).body["launch_timings_ms"] == Json::object());
}

TEST_CASE("the absent walls of a launch are named") {
  record::Sandbox sandbox;
  sandbox.walls = {{"memory", true, "", {}}, {"landlock", false, "", {}}};
  CHECK(launched(sandbox).body["absent"] == Json::array({"landlock"}));
}
