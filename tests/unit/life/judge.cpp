#include "life/judge.hpp"

#include <cerrno>
#include <csignal>

#include "catch.hpp"
#include "life/limit_watch.hpp"

using namespace sandbox;
using record::Reason;
using record::Status;

namespace {

life::CommandEnd ended(int exit_code, int signal = 0, wire::Cause cause = wire::Cause::none) {
  life::CommandEnd end;
  end.ended.exit_code = exit_code;
  end.ended.signal = signal;
  end.ended.cause = cause;
  return end;
}

life::LimitHit hit(std::optional<Reason> reason) {
  return [reason] { return reason; };
}

}  // namespace

TEST_CASE("a success asks nobody about limits") {
  const auto verdict = life::judge(ended(0), {}, []() -> std::optional<Reason> { throw std::logic_error("asked"); });
  CHECK(verdict.succeeded());
}

TEST_CASE("a limit is named when it was hit while the command failed") {
  CHECK(life::judge(ended(1), {}, hit(Reason::disk)).reason == Reason::disk);
  CHECK(life::judge(ended(-1, SIGKILL), {}, hit(Reason::memory)).reason == Reason::memory);
  CHECK(life::judge(ended(-1, SIGKILL), {}, hit({})).reason == Reason::signal);
  CHECK(life::judge(ended(1), {}, {}).reason == Reason::exit);
}

TEST_CASE("a time-out is a time-out whatever the status") {
  life::Request request;
  request.timeout = std::chrono::milliseconds(1500);
  const auto verdict = life::judge(ended(0, 0, wire::Cause::timeout), request, hit(Reason::memory));
  CHECK(verdict.status == Status::killed);
  CHECK(verdict.reason == Reason::timeout);
  CHECK(record::shell_code(verdict) == 124);
}

TEST_CASE("too much output is named only when it was the end") {
  life::Request request;
  request.output_limit = 10;
  auto end = ended(-1, SIGKILL, wire::Cause::cancelled);
  end.output_exceeded = true;
  CHECK(life::judge(end, request, {}).reason == Reason::output);
  end.ended.cause = wire::Cause::none;
  end.ended.signal = 0;
  end.ended.exit_code = 0;
  CHECK(life::judge(end, request, {}).reason == Reason::exit);
}

TEST_CASE("programs that are missing and that cannot run are told apart") {
  life::Request request;
  request.argv = {"tool"};
  life::CommandEnd end;
  end.failed = {wire::Step::program, ENOENT};
  CHECK(life::judge(end, request, {}).exit == 127);
  end.failed.error = EACCES;
  CHECK(life::judge(end, request, {}).exit == 126);
  end.failed = {wire::Step::user, ENOENT};
  CHECK(record::shell_code(life::judge(end, request, {})) == 125);
}

TEST_CASE("counters explain a failure only when they moved") {
  CHECK(life::limit_hit({1, 1, 1, false}, {2, 2, 2, true}) == Reason::memory);
  CHECK(life::limit_hit({1, 1, 1, false}, {1, 2, 2, false}) == Reason::pids);
  CHECK(life::limit_hit({1, 1, 1, false}, {1, 1, 1, true}) == Reason::disk);
  CHECK(life::limit_hit({1, 1, 1, false}, {1, 1, 2, false}) == Reason::disk);
  CHECK(life::limit_hit({1, 1, 1, false}, {1, 1, 1, false}) == std::nullopt);
}
