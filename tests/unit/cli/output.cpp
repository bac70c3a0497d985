#include "cli/output.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "catch.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::test;
using cli::Format;
using cli::Output;

namespace {

/// What the action writes to a standard stream.
template <class Action>
std::string written_to(int stream, Action&& action) {
  const Fd saved = duplicate(stream);
  Pipe pipe = test::make_pipe();
  ::dup2(pipe.in.get(), stream);
  action();
  ::dup2(saved.get(), stream);
  pipe.in.close();
  return read_all(pipe.out.get(), 1 << 20, "stream");
}

std::string put_as(const Output& output) {
  return written_to(1, [&] { cli::put(output, Json{{"schema", "a/1"}}, "sb-1", [] { return "for people\n"; }); });
}

}  // namespace

TEST_CASE("a record goes out as it was asked for") {
  CHECK(put_as({Format::json, false}) == "{\"schema\":\"a/1\"}\n");
  CHECK(put_as({Format::human, false}) == "for people\n");
  CHECK(put_as({Format::unset, false}) == "{\"schema\":\"a/1\"}\n");  // stdout is a pipe here
  CHECK(put_as({Format::json, true}) == "sb-1\n");
}

TEST_CASE("each finished stage is one line on stderr when that is no terminal") {
  const std::string text = written_to(2, [] {
    cli::Progress progress("sandbox-build", false);
    progress.stage("base");
    progress.tick();
    progress.stage("packages");
    progress.done();
  });
  CHECK(contains(text, "sandbox-build: base ("));
  CHECK(contains(text, "sandbox-build: packages ("));
  CHECK(std::count(text.begin(), text.end(), '\n') == 2);
  CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE("quiet progress is silent") {
  CHECK(written_to(2, [] {
          cli::Progress progress("tool", true);
          progress.stage("one");
          progress.done();
        }).empty());
}

TEST_CASE("work goes on when stderr is full") {
  const Fd saved = duplicate(2);
  const Fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  ::dup2(full.get(), 2);
  cli::Progress progress("tool", false);
  CHECK_NOTHROW(progress.stage("one"));
  CHECK_NOTHROW(progress.done());
  ::dup2(saved.get(), 2);
}

TEST_CASE("stdin that is closed for reading has no records") {
  const Fd saved = duplicate(0);
  const Fd wrong_way(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  ::dup2(wrong_way.get(), 0);
  CHECK_FALSE(cli::stdin_has_records());
  const Pipe pipe = test::make_pipe();
  ::dup2(pipe.out.get(), 0);
  CHECK(cli::stdin_has_records());
  ::dup2(saved.get(), 0);
}
