#include "command_line.hpp"

#include <string>
#include <vector>

#include "catch.hpp"

using namespace sandbox;
using wire::Kind;
using wire::Tag;

TEST_CASE("the environment is built from the bottom up and later wins") {
  char sandbox_buffer[1024], request_buffer[1024];
  wire::FieldWriter for_sandbox(sandbox_buffer, Kind::setup), for_request(request_buffer, Kind::execute);
  for_sandbox.add(Tag::environment, "A=1").add(Tag::environment, "HOME=/h").add(Tag::environment, "AB=2");
  for_request.add(Tag::argument, "env").add(Tag::environment, "A=3").add(Tag::argument, "x").add(Tag::environment, "NEW=");
  agent::Request sandbox, request;
  REQUIRE(parse_request(Kind::setup, for_sandbox.bytes().substr(sizeof(wire::Header)), sandbox));
  REQUIRE(parse_request(Kind::execute, for_request.bytes().substr(sizeof(wire::Header)), request));
  agent::CommandLine line;
  REQUIRE(line.build(sandbox, request, agent::Account{}));
  std::vector<std::string> argv, envp;
  for (char* const* p = line.argv(); *p; ++p) argv.emplace_back(*p);
  for (char* const* p = line.envp(); *p; ++p) envp.emplace_back(*p);
  CHECK(argv == std::vector<std::string>{"env", "x"});
  CHECK(envp == std::vector<std::string>{std::string(agent::kDefaultPath), "HOME=/h", "USER=root", "A=3", "AB=2", "NEW="});
  CHECK(agent::search_path(line.envp()) == agent::kDefaultPath.substr(5));
}
