#include "cli/tool_main.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "catch.hpp"
#include "record/failure.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::test;
using cli::tool_main;

namespace {

struct Said {
  int code;
  std::string text;
};

Said run(int (*body)(int, char**)) {
  const Fd saved = duplicate(2);
  Pipe pipe = test::make_pipe();
  ::dup2(pipe.in.get(), 2);
  const int code = tool_main("sandbox-tool", 0, nullptr, body);
  ::dup2(saved.get(), 2);
  pipe.in.close();
  return {code, read_all(pipe.out.get(), 1 << 20, "stderr")};
}

int refuse(int, char**) { throw Error(ExitCode::host, "cannot do 'it'\x1b[2J", "do that"); }
int run_out(int, char**) { throw std::bad_alloc(); }
int surprise(int, char**) { throw std::runtime_error("what nobody expected"); }
int pass_through(int, char**) { return 77; }

}  // namespace

TEST_CASE("an error is one line, a hint, and its code; control characters are defused") {
  const Said said = run(refuse);
  CHECK(said.code == 3);
  CHECK(said.text == "sandbox-tool: cannot do 'it'\\x1b[2J\nsandbox-tool: hint: do that\n");
}

TEST_CASE("any other exception is our failure, 125") {
  CHECK(run(run_out).code == 125);
  CHECK(run(surprise).code == 125);
  CHECK(run(surprise).text == "sandbox-tool: what nobody expected\n");
}

TEST_CASE("the body's own code passes through, silently") {
  CHECK(run(pass_through).code == 77);
  CHECK(run(pass_through).text.empty());
}

TEST_CASE("--version is one line on stdout, and the command's own --version is not ours") {
  const auto answer = [](std::vector<const char*> arguments) {
    const Fd saved = duplicate(1);
    Pipe pipe = test::make_pipe();
    ::dup2(pipe.in.get(), 1);
    tool_main("sandbox-tool", static_cast<int>(arguments.size()), const_cast<char**>(arguments.data()), pass_through);
    ::dup2(saved.get(), 1);
    pipe.in.close();
    return read_all(pipe.out.get(), 1 << 20, "stdout");
  };
  CHECK(answer({"sandbox-tool", "--version"}) == "sandbox-tool " SANDBOX_VERSION "\n");
  CHECK(answer({"sandbox-tool", "--", "--version"}).empty());
}

TEST_CASE("--status-fd gets the error as a record") {
  Pipe pipe = test::make_pipe();
  cli::set_status_fd(pipe.in.get());
  CHECK(run(refuse).code == 3);
  cli::set_status_fd(-1);
  pipe.in.close();
  const std::string line = read_all(pipe.out.get(), 1 << 20, "status");
  const auto failure = record::parse(line, "status").get<record::Failure>();
  CHECK(failure.tool == "sandbox-tool");
  CHECK(failure.code == 3);
  CHECK(failure.hint == "do that");
}

TEST_CASE("an error is survived when --status-fd and stderr are closed") {
  cli::set_status_fd(999);
  const Fd saved = duplicate(2);
  ::close(2);
  const int code = tool_main("sandbox-tool", 0, nullptr, refuse);
  ::dup2(saved.get(), 2);
  cli::set_status_fd(-1);
  CHECK(code == 3);
}

TEST_CASE("closed standard descriptors are taken, so that no file lands on them") {
  const Fd saved[] = {duplicate(0), duplicate(1), duplicate(2)};
  for (const int fd : {0, 1, 2}) ::close(fd);
  static int lowest = 0;
  static bool stdout_is_writable = true;
  tool_main("sandbox-tool", 0, nullptr, [](int, char**) {
    lowest = Fd(::open("/dev/null", O_RDONLY | O_CLOEXEC)).get();
    stdout_is_writable = ::write(1, "x", 1) == 1;
    return 0;
  });
  for (const int fd : {0, 1, 2}) ::dup2(saved[fd].get(), fd);
  CHECK(lowest > 2);
  CHECK_FALSE(stdout_is_writable);
}
