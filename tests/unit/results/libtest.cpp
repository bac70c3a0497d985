// The harness of Rust.
#include "results/libtest.hpp"

#include "catch.hpp"
#include "samples.hpp"

using namespace sandbox;
using namespace sandbox::test;
using results::LibtestFiles;
using results::read_cargo_text;
using results::read_libtest;

TEST_CASE("the text of cargo is read where it fits together") {
  const auto reading = read_cargo_text(sample("cargo-test-1.95.txt"));
  CHECK(statuses(reading) == "skipped passed failed");
  CHECK(reading.problems().empty());
  CHECK(contains(reading.cases()[2].message.value(), "left: 1"));
}

TEST_CASE("lines that a test prints make the text unbelievable, never better") {
  const std::string end = "test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out\n";
  CHECK(read_cargo_text("running 1 test\ntest a ... FAILED\n" + end).problems().empty());
  CHECK(read_cargo_text("running 1 test\ntest b ... ok\ntest a ... FAILED\n" + end).has("contradictory"));
  CHECK(read_cargo_text("running 1 test\ntest a ... ok\ntest a ... FAILED\n" + end).has("contradictory"));
  CHECK(read_cargo_text("running 1 test\ntest result: ok. 0 passed; 0 failed; 0 ignored\ntest a ... FAILED\n" + end).has("contradictory"));
  CHECK(read_cargo_text("running 1 test\nrunning 1 test\ntest a ... FAILED\n" + end).has("contradictory"));
  CHECK(kinds(read_cargo_text("running 2 tests\ntest a ... ok\n")) == "truncated");
  CHECK(kinds(read_cargo_text("test result: ok. 5 passed; 0 failed\n")).starts_with("contradictory"));
}

TEST_CASE("list and log decide, whatever is printed") {
  LibtestFiles files{"words", "a: test\nb: test\nc: test\nd: benchmark\n", "ok a\nfailed b\nignored c\n",
                     "test b ... ok\ntest result: ok. 9 passed\n---- b stdout ----\nthread 'b' panicked at 'no', src/lib.rs:3\nnote: x\n", 101};
  const auto reading = read_libtest(files);
  CHECK(statuses(reading) == "passed failed skipped");
  CHECK(reading.problems().empty());
  CHECK(reading.cases()[1].message == "panicked at 'no', src/lib.rs:3");
}

TEST_CASE("a program that went away in the middle leaves crashed tests") {
  CHECK(statuses(read_libtest({"w", "a: test\nb: test\n", "ok a\n", "", 134})) == "passed crashed");
  CHECK(statuses(read_libtest({"w", "a: test\n", "", "", 0})) == "crashed");
}

TEST_CASE("status and log must fit, and a harness of its own is none of ours") {
  CHECK(kinds(read_libtest({"w", "a: test\n", "ok a\n", "", 101})) == "exit");
  CHECK(kinds(read_libtest({"w", "a: test\n", "failed a\n", "", 0})) == "contradictory");
  CHECK(kinds(read_libtest({"w", "a: test\n", "ok a\nok a\n", "", 0})) == "contradictory");
  CHECK(kinds(read_libtest({"w", "a: test\n", "ok a\nok z\n", "", 0})) == "contradictory");
  CHECK(kinds(read_libtest({"w", std::nullopt, std::nullopt, "all good", 0})) == "unreadable");
}
