#include "life.hpp"

#include "catch.hpp"
#include "quote.hpp"
#include "query.hpp"

using namespace sandbox;
using namespace sandbox::test;
using tool::quoted;

namespace {

record::Entry entry(const std::string& kind, const Json& event) {
  record::Entry entry;
  entry.kind = kind;
  entry.event = event;
  return entry;
}

Json command(const Json& argv) {
  return {{"argv", argv}, {"user", nullptr}, {"cwd", "/tmp"}, {"env", Json::array()}, {"verdict", {{"status", "finished"}, {"reason", "exit"}, {"exit", 0}}}, {"pid", nullptr}};
}

}  // namespace

TEST_CASE("any text is one word of bash") {
  CHECK(quoted("plain-word_1.txt") == "plain-word_1.txt");
  CHECK(quoted("") == "''");
  CHECK(quoted("two words $HOME `x`") == "'two words $HOME `x`'");
  CHECK(quoted("it's") == "$'it\\'s'");
  CHECK(quoted("a\nb\\") == "$'a\\nb\\\\'");
  CHECK(quoted("\x1b[2J") == "$'\\x1b[2J'");
  CHECK(quoted("é ü") == "'é ü'");
  CHECK(quoted(record::text_json("\xff!")) == "$'\\xff!'");
  CHECK(quoted("~") == "'~'");
}

TEST_CASE("a replay launches, does each command, and ends what it began") {
  const std::string script = tool::replay("sb-aaaaaaaaaa", {entry("launch", {{"image_digest", "sha256:12"}, {"user", "nobody"}, {"workdir", "/"}, {"limits", {{"pids", 64}}}, {"absent", {"landlock", "memory"}}, {"doors", {{"rules", {{{"allow", "*.example.org"}}}}, {"blocks", {"10.0.0.0/8"}}}}}),
                                                            entry("command", command({"echo", "a b"}))});
  CHECK(contains(script, "sandbox=$(sandbox-launch -q --user nobody --workdir / --pids 64 --allow-missing memory --allow '*.example.org' --allow-cidr 10.0.0.0/8 \"${1:-sha256:12}\") || exit\n"));
  CHECK(contains(script, "\nsandbox-exec --cwd /tmp \"$sandbox\" -- echo 'a b'\n"));
  CHECK(contains(script, "trap 'sandbox-reap"));
}

TEST_CASE("nothing hostile leaves the comment it stands in") {
  const std::string script = tool::replay("sb-aaaaaaaaaa\nrm -rf /", {entry("copy", {{"direction", "in"}, {"path", "/x\nrm -rf /"}}), entry("command", command({"x\nreboot"}))});
  for (const char* line : {"\nrm -rf", "\nreboot"}) CHECK_FALSE(contains(script, line));
}

TEST_CASE("a command that is cut short in the log is not run") {
  record::Entry cut = entry("command", command({"sh", "-c", "rm -r /tmp/a"}));
  cut.shortened = true;
  CHECK_FALSE(contains(tool::replay("sb-aaaaaaaaaa", {cut}), "\nsandbox-exec"));
}

TEST_CASE("entries of other versions are said, not run, and do not stop the rest") {
  const std::string script = tool::replay("sb-aaaaaaaaaa", {entry("launch", Json::array()), entry("command", {{"argv", 7}}), entry("command", command({"true"}))});
  CHECK(contains(script, "an entry of another version"));
  CHECK(contains(script, "-- true\n"));
}

TEST_CASE("moments are days, times, or so long ago") {
  const WallTime now = parse_rfc3339("2026-11-20T12:00:00.000Z");
  CHECK(tool::parse_moment("2026-11-19", now) == "2026-11-19T00:00:00.000Z");
  CHECK(tool::parse_moment("2026-11-19T10:00:00Z", now) == "2026-11-19T10:00:00.000Z");
  CHECK(tool::parse_moment("2026-11-19T10:00:00.500Z", now) == "2026-11-19T10:00:00.500Z");
  CHECK(tool::parse_moment("2h", now) == "2026-11-20T10:00:00.000Z");
  for (const char* text : {"", "yesterday", "2026-13-01", "2026-11-19T10:00", "-2h"})
    CHECK(refuses([&] { tool::parse_moment(text, now); }, "not a moment"));
}
