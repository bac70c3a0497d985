#include "life/door_book.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/text.hpp"
#include "catch.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::life;
using namespace sandbox::test;

namespace {

record::Refusal refusal(const std::string& name) {
  return {"2026-11-20T12:00:00.000Z", name, 443, "door", "no door to " + name, "--allow " + name, 0, nullptr};
}

/// A book with a log of its own, and the pipe of a doorman.
class Desk {
 public:
  Desk() {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
    pipe = Fd(ends[0]);
    doorman = Fd(ends[1]);
    REQUIRE(::fcntl(doorman.get(), F_SETPIPE_SZ, 1 << 20) > 0);
  }
  void say(const std::string& line) { write_all(doorman.get(), line + "\n", "a pipe"); }
  void say(const record::Refusal& said) { say(record::dump(said)); }
  std::vector<Json> entries() const {
    std::vector<Json> all;
    const std::string text = read_file_if_exists(place_.path() / "log/current.jsonl", 1 << 24).value_or("");
    for (const std::string_view line : split(text, '\n'))
      if (!line.empty()) all.push_back(record::parse(line, "the log"));
    return all;
  }
  std::string lines() const { return read_file_if_exists(place_.path() / "doors.log", 1 << 24).value_or(""); }

 private:
  TempDir place_ = scratch();
  audit::Log log_{{place_.path() / "log", "test", {}}};

 public:
  DoorBook book{place_.path(), "sb-aaaaaaaaaa", log_};
  Fd pipe, doorman;
};

}  // namespace

TEST_CASE("a refusal is an entry once, and a line each time") {
  Desk desk;
  for (int i = 0; i < 5; ++i) desk.say(refusal("a.example.org"));
  desk.say(refusal("b.example.org"));
  desk.book.read(desk.pipe);
  const auto entries = desk.entries();
  REQUIRE(entries.size() == 2);
  CHECK(entries[0]["kind"] == "refusal");
  CHECK(entries[0]["sandbox"] == "sb-aaaaaaaaaa");
  CHECK(entries[0]["event"]["allow"] == "--allow a.example.org");
  CHECK(entries[1]["event"]["name"] == "b.example.org");
  CHECK(split(desk.lines(), '\n').size() == 7);
  CHECK(desk.book.refusals().size() == 2);
}

TEST_CASE("a line in pieces is one line, and what is none is passed over") {
  Desk desk;
  const std::string line = record::dump(refusal("a.example.org"));
  write_all(desk.doorman.get(), line.substr(0, 20), "a pipe");
  desk.book.read(desk.pipe);
  desk.say(line.substr(20));
  desk.say("nonsense");
  desk.say(R"({"schema":"sandbox.refusal/1"})");
  desk.say(std::string(100000, 'x'));
  desk.say(refusal("b.example.org"));
  desk.book.read(desk.pipe);
  CHECK(desk.entries().size() == 2);
  CHECK(desk.lines().find("nonsense") == std::string::npos);
}

TEST_CASE("however much a doorman says, entries are few and reading ends") {
  Desk desk;
  int number = 0;
  while (desk.book.listens()) {
    for (int i = 0; i < 1000; ++i) desk.say(refusal(fmt::format("n{}.example.org", number++)));
    desk.book.read(desk.pipe);
    REQUIRE(number < 1'000'000);
  }
  CHECK(desk.entries().size() == DoorBook::kMostKinds);
  CHECK(desk.lines().size() <= 2 * DoorBook::kMostBytes);
}

TEST_CASE("the end tells what went through and what was refused more than once") {
  Desk desk;
  desk.say(refusal("once.example.org"));
  desk.say(refusal("often.example.org"));
  desk.book.read(desk.pipe);
  doors::Report report;
  report.refusals = {{refusal("once.example.org"), 1}, {refusal("often.example.org"), 100000}, {refusal("unheard.example.org"), 1}};
  report.others = 9;
  report.passages = {{"web.example.org", 443, 2, 10, 20}};
  desk.book.close(report);
  const auto entries = desk.entries();
  REQUIRE(entries.size() == 6);
  CHECK(entries[2]["event"]["name"] == "often.example.org");
  CHECK(entries[2]["event"]["times"] == 100000);
  CHECK(entries[3]["event"]["name"] == "unheard.example.org");
  CHECK(entries[4]["event"]["reason"] == "others");
  CHECK(entries[4]["event"]["times"] == 9);
  CHECK(entries[5]["kind"] == "door");
  CHECK(entries[5]["event"] == Json({{"name", "web.example.org"}, {"port", 443}, {"connections", 2}, {"bytes_out", 10}, {"bytes_in", 20}}));
}

TEST_CASE("the first who came to a port have an entry each") {
  Desk desk;
  const record::Access access{"2026-11-20T12:00:00.000Z", 80, "127.0.0.1", 3000, "127.0.0.1:50000", {}};
  for (int i = 0; i < 150; ++i) desk.say(record::dump(access));
  desk.book.read(desk.pipe);
  CHECK(desk.entries().size() == DoorBook::kMostAccesses);
  CHECK(desk.book.refusals().empty());
}
