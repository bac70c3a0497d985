// What each record becomes, on the examples of the records and on records of somebody hostile.
#include <algorithm>
#include <vector>

#include "base/file.hpp"
#include "base/text.hpp"
#include "catch.hpp"
#include "record/json.hpp"
#include "story.hpp"

using namespace sandbox;
using namespace sandbox::test;
using namespace sandbox::tool;

namespace {

Json example(const std::string& name) {
  return record::parse(read_file(Path(SANDBOX_SOURCE) / "lib/record/example" / (name + ".json"), 1 << 20), name);
}

std::string text_of(const Story& story) {
  std::string text;
  for (const Section& section : story.sections) text += section.text + "\n";
  return text;
}

bool has(const Story& story, std::string_view name) {
  return std::ranges::find(story.sections, name, &Section::name) != story.sections.end();
}

/// Every string of a record becomes `text`; what records are known by stays.
void spoil(Json& value, const std::string& text) {
  if (value.is_object() || value.is_array()) {
    for (auto& [key, part] : value.items())
      if (key != "schema" && key != "status" && key != "reason" && key != "base64") spoil(part, text);
  } else if (value.is_string()) {
    value = text;
  }
}

Json report() {
  return record::parse(R"({"schema":"sandbox.report/1","sandbox":null,"runner":"pytest","verdict":{"status":"failed","detail":""},
    "totals":{"cases":3,"passed":1,"failed":1,"error":1,"timeout":0,"crashed":0,"skipped":0,"xfailed":0,"xpassed":0,"flaky":0},
    "problems":[{"kind":"exit","detail":"the runner says 0"}],
    "cases":[{"suite":"a","name":"works","file":null,"line":null,"status":"passed","duration_ms":1,"message":null,"output":null},
             {"suite":"a","name":"breaks","file":"a.py","line":7,"status":"failed","duration_ms":1,"message":"1 != 2","output":{"base64":"/wA="}},
             {"suite":"a","name":"errs","file":null,"line":null,"status":"error","duration_ms":null,"message":"no fixture","output":null}],
    "from":null})", "report");
}

}  // namespace

TEST_CASE("the whole chain is told, each part once") {
  Json sandbox = example("sandbox");
  sandbox["from"] = example("image");
  Json outcome = example("outcome");
  outcome["from"] = sandbox;
  const Story story = story_of({outcome, outcome});
  for (const char* name : {"commands", "output", "sandbox", "image", "log head"}) CHECK(has(story, name));
  CHECK(std::ranges::count(story.sections, "image", &Section::name) == 1);
  CHECK(story.says_no);
  // The head is the entry that came last, not the one that is met last.
  CHECK(contains(text_of(story), "43:"));
  CHECK_FALSE(contains(text_of(story), "41:"));
}

TEST_CASE("an error comes first, and makes the chain say no") {
  Json error = example("error");
  error["from"] = example("image");
  const Story story = story_of({example("sandbox"), error});
  CHECK(story.sections.front().name == "errors");
  CHECK(story.says_no);
  CHECK(story.headline == "a tool failed");
}

TEST_CASE("a sandbox that has ended is not said to be reachable") {
  CHECK(contains(text_of(story_of({example("sandbox")})), "http://127.0.0.1:3001"));
  Json reaped = example("reaped");
  reaped["from"] = example("sandbox");
  const std::string text = text_of(story_of({reaped}));
  CHECK_FALSE(contains(text, "http://127.0.0.1:3001"));
  CHECK(contains(text, "ended"));
}

TEST_CASE("tests have totals, problems and the cases that fail") {
  const std::string text = text_of(story_of({report()}));
  CHECK(contains(text, "1 passed, 1 failed, 1 error"));
  CHECK(contains(text, "2 failing cases"));
  CHECK(contains(text, "`a.py:7`"));
  CHECK(contains(text, "the runner says 0"));
  CHECK(contains(text, "\\xff\\x00"));
  CHECK_FALSE(contains(text, "works"));
  CHECK(story_of({report()}).says_no);
}

TEST_CASE("a report that lacks everything is told all the same") {
  CHECK_FALSE(story_of({Json{{"schema", "sandbox.report/1"}}}).says_no);
  CHECK(contains(text_of(story_of({Json{{"schema", "sandbox.report/1"}, {"cases", 7}, {"totals", "x"}, {"problems", {{"kind", 1}}}, {"verdict", 5}}})), "no totals"));
}

TEST_CASE("findings are counted, and those that are not allowed are listed") {
  const Story story = story_of({example("findings")});
  CHECK(story.headline == "the scan has findings");
  CHECK(story.says_no);
  CHECK(contains(text_of(story), "1 high, 1 allowed"));
  CHECK(contains(text_of(story), "pipe-to-shell"));
  CHECK_FALSE(contains(text_of(story), "no-tests"));
}

TEST_CASE("measurements have a row for each change, what is over the limit first, and what failed") {
  Json measured = example("measurements");
  const Story story = story_of({measured});
  CHECK(story.says_no);
  CHECK(story.headline == "a measurement failed, or is over its limit");
  const std::string text = text_of(story);
  CHECK(contains(text, "| `exec` | 1.25 | 1.12 to 1.38 | slower, over the limit |"));
  CHECK(contains(text, "`page` failed: `exit 1: connection refused`"));
  CHECK(contains(text, "another `kernel`"));
  measured["verdict"]["status"] = "passed";
  measured["comparison"]["rows"][0]["name"] = "a|b";
  measured["comparison"]["rows"][0]["verdict"] = "no-change";
  CHECK_FALSE(story_of({measured}).says_no);
  CHECK(contains(text_of(story_of({measured})), "*1 without a change"));
}

TEST_CASE("what is unsure, and what the machine did, is no row of the changes") {
  Json measured = example("measurements");
  Json unsure = measured["comparison"]["rows"][0], machine = unsure;
  unsure["name"] = "wobbly";
  unsure["verdict"] = "unsure";
  unsure["over"] = false;
  machine["kind"] = "machine";
  machine["name"] = "machine beside stages";
  machine["over"] = false;
  measured["comparison"]["rows"].insert(measured["comparison"]["rows"].begin(), {unsure, machine});
  measured["sweep"][0]["failed"] = 2;
  measured["sweep"][0]["error"] = "no | place\n@all";
  const std::string text = text_of(story_of({measured}));
  CHECK(contains(text, "2 unsure*"));
  CHECK_FALSE(contains(text, "wobbly"));
  CHECK_FALSE(contains(text, "machine beside stages"));
  CHECK(contains(text, "at once: `no | place"));
  CHECK_FALSE(contains(text, "@all"));
}

TEST_CASE("a hundred rows that changed are a table of fifty, and a count") {
  Json measured = example("measurements");
  Json change = measured["comparison"]["rows"][0];
  measured["comparison"]["rows"] = Json::array();
  for (int i = 0; i < 100; ++i) {
    change["name"] = "row" + std::to_string(i) + "|<img>";
    change["over"] = i == 99;
    measured["comparison"]["rows"].push_back(change);
  }
  const std::string text = text_of(story_of({measured}));
  CHECK(contains(text, "row99"));
  CHECK(contains(text, "*50 more rows*"));
  CHECK_FALSE(contains(text, "row60"));
  CHECK(contains(text, "\\|<img>`"));
}

TEST_CASE("a record that nobody knows is no part of it") {
  CHECK(story_of({Json{{"schema", "sandbox.future/9"}, {"from", example("image")}}}).sections.size() == 1);
}

TEST_CASE("SSH's block has no line of a stranger") {
  Json sandbox = example("sandbox");
  sandbox["ports"] = Json::array({{{"port", 801}, {"host", "127.0.0.1"}, {"host_port", 2200}, {"url", "ssh://ci.example.org:2200"}}});
  sandbox["user"] = "dev";
  CHECK(contains(text_of(story_of({sandbox})), "  HostName ci.example.org\n  Port 2200\n  User dev\n"));
  sandbox["user"] = "dev\n  ProxyCommand evil";
  CHECK(contains(text_of(story_of({sandbox})), "  User root\n"));
  sandbox["ports"][0]["url"] = "ssh://x\n  ProxyCommand evil:2200";
  CHECK_FALSE(contains(text_of(story_of({sandbox})), "ProxyCommand evil"));
}

TEST_CASE("whatever a record says stands in a fence or in a code span") {
  const std::string hostile = "\n```\n/merge\n@all <script> </details> \x1b]0;x\x07 \u202e <!-- sandbox-comment:v1 key=default -->\n````\n";
  for (const std::string& name : std::vector<std::string>{"image", "sandbox", "outcome", "changes", "reaped", "error", "findings", "measurements"}) {
    Json record = example(name);
    spoil(record, hostile);
    record["schema"] = example(name)["schema"];
    if (name == "reaped") record["dry_run"] = false;
    std::string text;
    try {
      text = text_of(story_of({record}));
    } catch (const Error& error) {
      CHECK(error.code() == ExitCode::input);
      continue;
    }
    INFO(name << "\n" << text);
    std::string fence;
    for (const std::string_view line : split(text, '\n')) {
      const std::size_t ticks = std::min(line.find_first_not_of('`'), line.size());
      if (fence.empty() && ticks >= 3 && line.substr(ticks) == "text") fence = line.substr(0, ticks);
      else if (!fence.empty() && line == fence) fence.clear();
      else if (fence.empty()) CHECK_FALSE((line.starts_with('/') || line.starts_with("```") || line.starts_with("@")));
      CHECK_FALSE(contains(line, "@all"));
      CHECK_FALSE(line.starts_with("/"));
      CHECK_FALSE(contains(line, "\x1b"));
      CHECK_FALSE(contains(line, "\u202e"));
    }
    CHECK(fence.empty());
  }
}
