#include "build/recipe.hpp"

#include "catch.hpp"

using namespace sandbox;
using build::parse_recipe;

namespace {

constexpr const char* kStart = "name: x\nfrom: scratch\n";

build::Recipe with(const std::string& more) { return parse_recipe(kStart + more, "/r"); }

/// The message without the file's name; the lines after the start begin at 3.
std::string refusal(const std::string& more) {
  const Error error = test::error_of([&] { with(more); });
  CHECK(error.code() == ExitCode::input);
  const std::string what = error.what();
  CHECK(what.starts_with("/r/recipe.yaml:"));
  return what.substr(std::min<std::size_t>(what.size(), 15));
}

}  // namespace

TEST_CASE("every key of this version is read") {
  const build::Recipe recipe = parse_recipe(R"(
name: full
version: "1.2"
description: All of it
author: A. N. Author
license: MIT
tags: [one, two]
from: debian:bookworm
packages: [python3, "g++", git=1:2.39.5-0+deb12u2]
copy:
  - files/app:/srv/app
  - {from: run.sh, to: /usr/bin/run, mode: 0755, owner: "1000:100"}
links:
  usr/bin/run: [/run, /go]
env: {LANG: C.UTF-8, EMPTY_IS_NOT: "0"}
user: nobody
workdir: /srv//app/
resources: {memory: 512M, disk: 1.5G, pids: 64, cpus: 0.5, open_files: 1024}
)", "/r");
  CHECK(recipe.name == "full");
  CHECK(recipe.version == "1.2");
  CHECK(recipe.tags.size() == 2);
  CHECK(recipe.from.kind == build::Base::Kind::debian);
  CHECK(recipe.from.value == "bookworm");
  CHECK(recipe.packages.size() == 3);
  REQUIRE(recipe.copies.size() == 2);
  CHECK(recipe.copies[0].from == "files/app");
  CHECK(recipe.copies[0].to == "/srv/app");
  CHECK(recipe.copies[1].mode == 0755u);
  CHECK(recipe.copies[1].uid == 1000u);
  CHECK(recipe.copies[1].gid == 100u);
  CHECK(recipe.links.size() == 2);
  CHECK(recipe.env.at("EMPTY_IS_NOT") == "0");
  CHECK(recipe.workdir == "/srv/app");
  CHECK(recipe.resources.memory_bytes == std::uint64_t{512} << 20);
  CHECK(recipe.resources.disk_bytes == std::uint64_t{1536} << 20);
  CHECK(recipe.resources.cpus == 0.5);
}

TEST_CASE("a mistake is named with its place and the key that was meant") {
  CHECK(refusal("packges: [a]\n") == "3:1: unknown key 'packges' (did you mean 'packages'?)");
  CHECK(refusal("resources: {memroy: 1G}\n") == "3:13: unknown key 'memroy' (did you mean 'memory'?)");
  CHECK(refusal("qqqqqqqq: 1\n") == "3:1: unknown key 'qqqqqqqq'");
  CHECK(refusal("name: y\n") == "3:1: duplicate key 'name' (first on line 1)");
}

TEST_CASE("how an image is proved is carried with it") {
  const build::Recipe recipe = parse_recipe("name: x\nfrom: scratch\nports: [80, 22]\ntests: more/cases.yaml\nbench: [{name: a, command: make}]\n"
                                            "scan: {allow: [{rule: r.1, reason: known}], fail-on: low}\n", "/r");
  CHECK(recipe.ports == std::vector<int>{80, 22});
  CHECK(recipe.proof.tests == "more/cases.yaml");
  CHECK(recipe.proof.bench.front().command == std::vector<std::string>{"/bin/sh", "-c", "make"});
  CHECK(recipe.proof.scan.allow.front().reason == "known");
  CHECK(recipe.proof.scan.fail_on == "low");
  record::Defaults below;
  below.ports = {22, 25};
  CHECK(recipe.defaults_over(below).ports == std::vector<int>{22, 25, 80});
  CHECK(refusal("ports: [1, 70000]\n") == "3:12: expected a number from 1 to 65535, got '70000'");
  CHECK(refusal("ports: [1, 1]\n") == "3:12: port 1 is listed twice");
  CHECK(refusal("tests: ../x\n") == "3:8: '../x' leaves the recipe's folder");
  CHECK(refusal("bench: [{name: a}]\n") == "3:9: a benchmark needs 'name' and 'command'");
  CHECK(refusal("bench: [{name: a, command: x}, {name: a, command: z}]\n") == "3:32: two benchmarks are called 'a'");
  CHECK(refusal("scan: {allow: [{rule: x}]}\n") == "3:16: an allowed rule needs 'rule' and 'reason'");
  CHECK(refusal("scan: {allow: [{rule: -x, reason: y}]}\n") == "3:23: '-x' is not a rule's name");
  CHECK(refusal("scan: {fail-on: some}\n") == "3:17: expected low, medium, high or critical");
}

TEST_CASE("what this version cannot build is named") {
  CHECK(test::contains(test::error_of([] { parse_recipe("name: x\nfrom: nix:x\n", "/r"); }).what(), "not supported"));
}

TEST_CASE("an OCI image is named by its path and perhaps a tag, which may hold colons") {
  const auto base = [](const std::string& from) { return parse_recipe("name: x\nfrom: " + from + "\n", "/r").from; };
  CHECK(base("oci:some/where").value == "some/where");
  CHECK(base("oci:some/where").tag.empty());
  CHECK(base("oci:where:example/x:1.2").value == "where");
  CHECK(base("oci:where:example/x:1.2").tag == "example/x:1.2");
  for (const char* wrong : {"'oci:'", "'oci::x'", "'oci:x:'"}) CHECK_THROWS_AS(base(wrong), Error);
}

TEST_CASE("the doors that a recipe asks for are rules or presets") {
  using Words = std::vector<std::string>;
  const build::Recipe recipe = with("network: [npm, Files.example.org, '*.example.org:80', 'git:code.example.org']\n");
  CHECK(recipe.network == Words{"npm", "files.example.org", "*.example.org:80", "git:code.example.org"});
  CHECK(recipe.defaults_over({.network = {"pip", "npm"}}).network ==
        Words{"pip", "npm", "files.example.org", "*.example.org:80", "git:code.example.org"});
  CHECK(test::contains(refusal("network: [npm, '*.org']\n"), "3:16: door '*.org': anybody may register"));
}

TEST_CASE("name and from are needed") {
  CHECK(test::refuses([] { parse_recipe("from: scratch\n", "/r"); }, "'name' is missing"));
  CHECK(test::refuses([] { parse_recipe("name: x\n", "/r"); }, "'from' is missing"));
  CHECK(test::refuses([] { parse_recipe("just text\n", "/r"); }, "expected a map, got 'just text'"));
  CHECK(test::refuses([] { parse_recipe("- a\n", "/r"); }, "expected a map, got a list"));
}

TEST_CASE("a name cannot be a path") {
  for (const char* name : {"../x", "x/y", ".x", "-x", "X", "x y", "x\\0"})
    CHECK(test::refuses([&] { parse_recipe("from: scratch\nname: '" + std::string(name) + "'\n", "/r"); }, "is not a name"));
}

TEST_CASE("what other readers would change has to be quoted") {
  for (const char* value : {"3.10", "010", "0x1f", "1e3", "yes", "No", "on", "12:30:00", "-5", ".5"})
    CHECK(test::contains(refusal("version: " + std::string(value) + "\n"), "quotes"));
  for (const char* value : {"\"3.10\"", "1.2.3", "v1", "'yes'", "2024-01-01"})
    CHECK_NOTHROW(with("version: " + std::string(value) + "\n"));
  CHECK(test::contains(refusal("env: {PORT: 8080}\n"), "write it in quotes: \"8080\""));
  for (const char* value : {"", "null", "~"})
    CHECK(test::contains(refusal("version: " + std::string(value) + "\n"), "expected text, got nothing"));
  CHECK(test::contains(refusal("version: [1]\n"), "expected text, got a list"));
}

TEST_CASE("numbers are plain, sizes have units, both have bounds") {
  CHECK(test::contains(refusal("resources: {pids: \"64\"}\n"), "expected a number from 1 to"));
  CHECK(test::contains(refusal("resources: {pids: 0}\n"), "expected a number from 1 to"));
  CHECK(test::contains(refusal("resources: {pids: 010}\n"), "expected a number from 1 to"));
  CHECK(test::contains(refusal("resources: {pids: 99999999999999999999}\n"), "expected a number"));
  CHECK(test::contains(refusal("resources: {cpus: 0}\n"), "expected a number from 0.01"));
  CHECK(test::contains(refusal("resources: {cpus: nan}\n"), "expected a number"));
  CHECK(test::contains(refusal("resources: {memory: 12X}\n"), "expected a size, as 512M or 2G"));
  CHECK(test::contains(refusal("resources: {memory: -1}\n"), "expected a size"));
  CHECK(test::contains(refusal("resources: {memory: 1K}\n"), "at least 4 MiB"));
  CHECK(test::contains(refusal("resources: {memory: 9999999T}\n"), "expected a size"));
  CHECK(test::contains(refusal("resources: 5\n"), "expected a map, got '5'"));
}

TEST_CASE("packages are names, never options, removals or paths") {
  for (const char* name : {"-y", "python3-", "../x", "./x.deb", "?all", "~n.", "a b", "Python", "a,b", "x", "a=;b"})
    CHECK(test::contains(refusal("packages: ['" + std::string(name) + "']\n"), "is not a package's name"));
  CHECK(test::contains(refusal("packages: [git, git]\n"), "listed twice"));
  CHECK(test::contains(refusal("packages: git\n"), "expected a list, got 'git'"));
}

TEST_CASE("a copy stays beneath the recipe and goes to an absolute path") {
  CHECK(test::contains(refusal("copy: ['../x:/x']\n"), "leaves the recipe's folder"));
  CHECK(test::contains(refusal("copy: ['/etc/shadow:/x']\n"), "leaves the recipe's folder"));
  CHECK(test::contains(refusal("copy: ['a/../../x:/x']\n"), "leaves the recipe's folder"));
  CHECK(test::contains(refusal("copy: ['x:y']\n"), "absolute path"));
  CHECK(test::contains(refusal("copy: ['x:/../y']\n"), "'..' in the path"));
  CHECK(test::contains(refusal("copy: [x]\n"), "SOURCE:DESTINATION"));
  CHECK(test::contains(refusal("copy: [{from: x}]\n"), "needs 'from' and 'to'"));
  CHECK(test::contains(refusal("copy: [{from: x, to: /x, mode: 0999}]\n"), "octal"));
  CHECK(test::contains(refusal("copy: [{from: x, to: /x, owner: root}]\n"), "UID"));
  CHECK(test::contains(refusal("copy: [{from: x, to: /x, owner: 70000}]\n"), "65535"));
}

TEST_CASE("the canonical text forgets layout and keeps meaning") {
  const std::string one = build::canonical_text(parse_recipe("# c\nname: x\nfrom:   scratch\nenv: {A: b, C: d}\n", "/r"));
  const std::string same = build::canonical_text(parse_recipe("from: \"scratch\"\nenv:\n  C: 'd'\n  A: b\nname: x\n", "/q"));
  const std::string other = build::canonical_text(parse_recipe("name: x\nfrom: scratch\nenv: {A: b, C: e}\n", "/r"));
  CHECK(one == same);
  CHECK(one != other);
}

TEST_CASE("what a recipe does not say, the image below says") {
  record::Defaults base;
  base.env = {{"A", "1"}, {"B", "2"}};
  base.user = "sandbox";
  base.resources.pids = 10;
  base.resources.cpus = 1;
  const record::Defaults both = with("env: {B: three}\nworkdir: /srv\nresources: {pids: 20}\n").defaults_over(base);
  CHECK(both.env == std::map<std::string, std::string>{{"A", "1"}, {"B", "three"}});
  CHECK(both.user == "sandbox");
  CHECK(both.workdir == "/srv");
  CHECK(both.resources.pids == 20u);
  CHECK(both.resources.cpus == 1.0);
}

TEST_CASE("a step is one of six things, with what belongs to it") {
  const build::Recipe recipe = with(R"(steps:
  - packages: [jq]
  - {npm: [typescript@5.0.0, "@scope/name"], network: [files.example.org], timeout: 5m}
  - pip: [six, "black[d]>=23.1"]
  - copy: {from: a, to: /a}
  - copy: ["b:/b", {from: c, to: /c}]
  - run: make
  - {name: two lines, run: [one, two], user: nobody, workdir: /srv/, network: [apt]}
  - env: {A: b}
)");
  using Kind = build::Instruction::Kind;
  REQUIRE(recipe.steps.size() == 8);
  CHECK(recipe.steps[0].items == std::vector<std::string>{"jq"});
  CHECK(recipe.steps[1].kind == Kind::npm);
  CHECK(recipe.steps[1].network == std::vector<std::string>{"files.example.org"});
  CHECK(recipe.steps[1].timeout == std::chrono::minutes(5));
  CHECK(recipe.steps[2].items.back() == "black[d]>=23.1");
  CHECK(recipe.steps[3].copies.size() == 1);
  CHECK(recipe.steps[4].copies.size() == 2);
  CHECK(recipe.steps[5].script == "make");
  CHECK(recipe.steps[6].script == "one\ntwo\n");
  CHECK(recipe.steps[6].name == "two lines");
  CHECK(recipe.steps[6].user == "nobody");
  CHECK(recipe.steps[6].workdir == "/srv");
  CHECK(recipe.steps[6].place.line == 10);
  CHECK(recipe.defaults_over({}).env.at("A") == "b");
}

TEST_CASE("a step that means nothing or two things is refused with its place") {
  CHECK(refusal("steps: [{rnu: x}]\n") == "3:10: unknown key 'rnu' (did you mean 'run'?)");
  CHECK(refusal("steps: [{name: x}]\n") == "3:9: a step needs one of: packages, npm, pip, copy, run, env");
  CHECK(refusal("steps: [{run: x, copy: [\"a:/b\"]}]\n") == "3:18: 'run' and 'copy' are two steps");
  CHECK(refusal("steps: [{env: {A: b}, network: [apt]}]\n") == "3:23: a step with 'env' has no 'network'");
  CHECK(refusal("steps: [{packages: [jq], user: root}]\n") == "3:26: a step with 'packages' has no 'user'");
  CHECK(refusal("steps: [{run: x, timeout: soon}]\n") == "3:27: expected a time, as 90s, 10m or 2h");
  CHECK(refusal("steps: [{run: []}]\n") == "3:15: the list is empty");
  CHECK(refusal("steps: [{name: a, run: x}, {name: a, run: z}]\n") == "3:28: two steps are called 'a'");
  CHECK(refusal("run: x\n") == "3:1: 'run' is an item of 'steps'");
  for (const char* item : {"--index-url=x", "a b", "$(id)", "`id`", "a;'b"})
    CHECK(test::contains(refusal("steps: [pip: [\"" + std::string(item) + "\"]]\n"), "is not a package's name"));
}

TEST_CASE("further suites belong to the release, and packages may be taken from one") {
  const auto parsed = [](const std::string& text) { return parse_recipe("name: x\n" + text, "/r"); };
  const build::Recipe recipe = parsed("from: debian:bookworm\nsuites: [bookworm-backports]\npackages: [go/bookworm-backports]\n");
  CHECK(recipe.suites == std::vector<std::string>{"bookworm-backports"});
  CHECK(recipe.packages == std::vector<std::string>{"go/bookworm-backports"});
  CHECK(parsed("from: ubuntu:noble\n").from.kind == build::Base::Kind::ubuntu);
  CHECK(test::refuses([&] { parsed("from: debian:bookworm\nsuites: [trixie]\n"); }, "'trixie' is no suite of 'bookworm'"));
  CHECK(test::refuses([&] { parsed("from: debian:bookworm\nsuites: ['../x']\n"); }, "is not a suite"));
  CHECK(test::refuses([&] { parsed("from: scratch\nsuites: [bookworm-backports]\n"); }, "'suites' needs"));
  for (const char* wrong : {"go/", "/bookworm", "go/a/b", "go=1/b", "go/../b"})
    CHECK(test::refuses([&] { parsed("from: debian:bookworm\npackages: ['" + std::string(wrong) + "']\n"); }, "is not a package's name"));
}
