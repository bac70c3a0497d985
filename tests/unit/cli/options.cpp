#include "cli/options.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "catch.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::test;
using cli::Answered;
using cli::Options;

namespace {

/// Options as a tool of ours has them.
struct Tool {
  bool force = false;
  std::string name;
  std::optional<std::uint64_t> memory;
  std::optional<std::chrono::milliseconds> ttl;
  std::map<std::string, std::string> env, labels, secrets;
  std::vector<std::string> command;
  cli::Output output;
  Options options{"sandbox-tool", "Does something"};

  Tool() {
    options.flag("-f,--force", force, "Do it anyway");
    options.option("--name", name, "NAME", "A name");
    options.size("--memory", memory, "At most so much");
    options.duration("--ttl", ttl, "At most so long");
    options.pairs("-e,--env", env, Options::Bare::inherited, "A variable");
    options.pairs("--label", labels, Options::Bare::refused, "A label");
    options.pairs("--secret", secrets, Options::Bare::empty, "A secret");
    options.output(output);
    options.command(command, "What to run");
    options.examples({{"sandbox-tool x", "Does it to x"}});
  }

  Tool& parse(std::vector<std::string> words) {
    words.insert(words.begin(), "sandbox-tool");
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    options.parse(static_cast<int>(words.size()), argv.data());
    return *this;
  }
};

Error mistake(std::vector<std::string> words) {
  Tool tool;
  return error_of([&] { tool.parse(std::move(words)); });
}

/// What parsing writes to stdout before it says that all was answered.
std::string answer_to(std::vector<std::string> words) {
  const Fd saved = duplicate(1);
  Pipe pipe = test::make_pipe();
  ::dup2(pipe.in.get(), 1);
  int code = -1;
  Tool tool;
  try {
    tool.parse(std::move(words));
  } catch (const Answered& answered) {
    code = answered.code;
  }
  ::dup2(saved.get(), 1);
  pipe.in.close();
  CHECK(code == 0);
  return read_all(pipe.out.get(), 1 << 20, "stdout");
}

}  // namespace

TEST_CASE("options fill the struct") {
  Tool tool;
  tool.parse({"-f", "--name=x", "--memory", "1.5G", "--ttl", "1h30m", "--label", "a=b", "--label=c=d=e"});
  CHECK(tool.force);
  CHECK(tool.name == "x");
  CHECK(tool.memory == std::uint64_t{3} << 29);
  CHECK(tool.ttl == std::chrono::minutes(90));
  CHECK(tool.labels == std::map<std::string, std::string>{{"a", "b"}, {"c", "d=e"}});
}

TEST_CASE("what follows -- belongs to the command, untouched") {
  Tool tool;
  tool.parse({"--name", "x", "--", "--force", "-e", "--", "--help", "--version", ""});
  CHECK_FALSE(tool.force);
  CHECK(tool.command == std::vector<std::string>{"--force", "-e", "--", "--help", "--version", ""});
}

TEST_CASE("a repeatable option takes one value and leaves the argument behind it") {
  Tool tool;
  std::vector<std::string> many;
  tool.options.option("--many", many, "X", "Several")->take_all();
  tool.parse({"--label", "a=b", "--many", "1", "--many", "2", "-e", "C=D", "busybox", "--", "ls"});
  CHECK(many == std::vector<std::string>{"1", "2"});
  CHECK(tool.command == std::vector<std::string>{"busybox", "ls"});
}

TEST_CASE("a mistake is one line, one suggestion and exit 2") {
  const Error error = mistake({"--nmae", "x"});
  CHECK(error.code() == ExitCode::input);
  CHECK(std::string(error.what()) == "unknown option '--nmae'");
  CHECK(error.hint() == "did you mean '--name'?");
  CHECK(mistake({"--completely-different"}).hint() == "see sandbox-tool --help");
}

TEST_CASE("a bad value is refused with an example") {
  CHECK(contains(mistake({"--memory", "lots"}).what(), "not a size: 'lots'"));
  CHECK(contains(mistake({"--ttl", "soon"}).what(), "not a duration: 'soon'"));
  CHECK(contains(mistake({"--format", "xml"}).what(), "unknown format 'xml'"));
  CHECK(mistake({"--name"}).code() == ExitCode::input);
}

TEST_CASE("a name without a value is what its option says") {
  ::setenv("FROM_US", "value", 1);
  Tool tool;
  tool.parse({"-e", "FROM_US", "--secret", "TOKEN"});
  CHECK(tool.env.at("FROM_US") == "value");
  CHECK(tool.secrets.at("TOKEN").empty());
  ::unsetenv("FROM_US");
  CHECK(contains(mistake({"-e", "FROM_US"}).what(), "'FROM_US': no value"));
  CHECK(contains(mistake({"--label", "lonely"}).what(), "'lonely': no value"));
  CHECK(contains(mistake({"--label", "=x"}).what(), "the name is empty"));
}

TEST_CASE("--help is the manual in short, on stdout, with 0") {
  const std::string help = answer_to({"--help"});
  for (const char* part : {"Does something", "--memory SIZE", "--ttl TIME", "--status-fd FD", "Examples:",
                           "sandbox-tool x", "man sandbox-tool"})
    CHECK(contains(help, part));
}


TEST_CASE("--json is --format json") {
  CHECK_FALSE(Tool().parse({"--json"}).output.human());
  CHECK(Tool().parse({"--format", "human"}).output.human());
  CHECK(Tool().parse({"-q"}).output.quiet);
}
