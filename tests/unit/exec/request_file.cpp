#include "request_file.hpp"

#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::test;

namespace {

tool::Job parse(std::string_view text) { return tool::parse_request(text, "request.json", {}); }

}  // namespace

TEST_CASE("a request becomes files and commands") {
  const tool::Job job = parse(R"({"files":{"a":"text","b":{"base64":"AAE="}},"commands":["echo hi",["ls","-l"]],
                                  "timeout":"30s","env":{"A":"b"},"cwd":"/tmp","user":"ann"})");
  REQUIRE(job.puts.size() == 2);
  CHECK(job.puts[1].bytes == std::string("\0\1", 2));
  REQUIRE(job.commands.size() == 2);
  CHECK(job.commands[0].argv == std::vector<std::string>{"/bin/sh", "-c", "echo hi"});
  CHECK(job.commands[1].argv == std::vector<std::string>{"ls", "-l"});
  CHECK(job.commands[1].timeout == std::chrono::seconds(30));
  CHECK(job.commands[1].env.at("A") == "b");
  CHECK(job.commands[1].cwd == "/tmp");
  CHECK(job.user == "ann");
}

TEST_CASE("what a request cannot mean is refused by name") {
  CHECK(refuses([] { parse("[]"); }, "not a JSON object"));
  CHECK(refuses([] { parse("{"); }, "request.json: not JSON"));
  CHECK(refuses([] { parse("{}"); }, "neither 'commands' nor 'files'"));
  CHECK(refuses([] { parse(R"({"command":["x"]})"); }, "unknown key 'command'"));
  CHECK(refuses([] { parse(R"({"commands":[[]]})"); }, "commands[0]"));
  CHECK(refuses([] { parse(R"({"commands":["x",7]})"); }, "commands[1]"));
  CHECK(refuses([] { parse(R"({"commands":[["x",7]]})"); }, "commands[0]"));
  CHECK(refuses([] { parse(R"({"commands":["x"],"timeout":30})"); }, "timeout"));
  CHECK(refuses([] { parse(R"({"commands":["x"],"timeout":"0s"})"); }, "timeout"));
  CHECK(refuses([] { parse(R"({"commands":["x"],"timeout":"soon"})"); }, "'timeout'"));
  CHECK(refuses([] { parse(R"({"commands":["x"],"env":{"A=B":"c"}})"); }, "A=B"));
  CHECK(refuses([] { parse(R"({"commands":["x\u0000y"]})"); }, "NUL"));
  CHECK(refuses([] { parse(R"({"files":{"a":7}})"); }, "'a'"));
  CHECK(refuses([] { parse(R"({"files":{"a":{"base64":"?"}}})"); }, "'a'"));
}

TEST_CASE("pairs of files need both sides") {
  CHECK(tool::parse_put("a:/b").path == "/b");
  CHECK(tool::parse_get("/b:a").local == "a");
  CHECK(refuses([] { tool::parse_put("a"); }, "--put 'a'"));
  CHECK(refuses([] { tool::parse_get(":a"); }, "--get ':a'"));
}
