#include "record/verdict.hpp"

#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::test;
using record::Reason;
using record::Status;
using record::Verdict;

TEST_CASE("a verdict becomes the exit code that sandbox-exit(7) promises") {
  CHECK(shell_code(Verdict{Status::finished, Reason::exit, 7, {}, ""}) == 7);
  CHECK(shell_code(Verdict{Status::killed, Reason::signal, {}, 9, ""}) == 137);
  CHECK(shell_code(Verdict{Status::killed, Reason::timeout, {}, 9, ""}) == 124);
  CHECK(shell_code(Verdict{Status::failed, Reason::setup, {}, {}, ""}) == 125);
}

TEST_CASE("only a command that finished with 0 succeeded") {
  CHECK(Verdict{Status::finished, Reason::exit, 0, {}, ""}.succeeded());
  CHECK_FALSE(Verdict{Status::finished, Reason::exit, 1, {}, ""}.succeeded());
  CHECK_FALSE(Verdict{Status::killed, Reason::memory, 0, {}, ""}.succeeded());
  CHECK_FALSE(Verdict{}.succeeded());
}

TEST_CASE("every word of a verdict survives, any other is refused") {
  for (int status = 0; status < 4; ++status)
    for (int reason = 0; reason < 9; ++reason) {
      const Json json = Verdict{static_cast<Status>(status), static_cast<Reason>(reason), 1, {}, "x"};
      CHECK(Json(json.get<Verdict>()) == json);
    }
  Json json = Verdict{};
  json["status"] = "won";
  CHECK(refuses([&] { (void)json.get<Verdict>(); }, "'won'"));
}
