#include "build/instructions.hpp"

#include "catch.hpp"

using namespace sandbox;
using build::instruction_steps;

namespace {

std::vector<build::Step> steps(const std::string& list, const std::map<std::string, std::string>& below = {}) {
  return instruction_steps(build::parse_recipe("name: x\nfrom: scratch\nsteps:\n" + list, "/r"), below);
}

std::string key(const std::string& list) { return steps(list).back().determined_by; }

}  // namespace

TEST_CASE("every item but env is a step with a title and a place") {
  const auto all = steps("  - env: {A: b}\n  - run: make install\n  - {name: mine, run: x}\n  - pip: [six]\n");
  REQUIRE(all.size() == 3);
  CHECK(all[0].title == "run: make install");
  CHECK(all[0].where == "/r/recipe.yaml:5:5: ");
  CHECK(all[1].title == "mine");
  CHECK(all[2].title == "pip: six");
  CHECK(steps("  - run: " + std::string(200, 'x') + "\n").front().title.size() == 50);
}

TEST_CASE("a step's key follows all that decides what it makes, and nothing else") {
  const std::string base = key("  - run: make\n");
  CHECK(key("  - {name: other, run: make, timeout: 5m}\n") == base);
  CHECK(key("  - run: make all\n") != base);
  CHECK(key("  - {run: make, user: nobody}\n") != base);
  CHECK(key("  - {run: make, workdir: /srv}\n") != base);
  CHECK(key("  - {run: make, network: [files.example.org]}\n") != base);
  CHECK(key("  - env: {A: b}\n  - run: make\n") != base);
  CHECK(steps("  - run: make\n", {{"A", "b"}}).back().determined_by != base);
  CHECK(key("  - run: make\n  - env: {A: b}\n") == base);
  CHECK(key("  - packages: [a1]\n") != key("  - packages: [a2]\n"));
  CHECK(key("  - npm: [a1]\n") != key("  - pip: [a1]\n"));
}

TEST_CASE("only what takes from the network ages") {
  CHECK_FALSE(steps("  - run: make\n").front().ages);
  CHECK(steps("  - {run: make, network: [files.example.org]}\n").front().ages);
  CHECK(steps("  - packages: [jq]\n").front().ages);
}

TEST_CASE("package steps have their preset's doors, others those that they name") {
  using Words = std::vector<std::string>;
  CHECK(steps("  - run: make\n").front().doors.empty());
  CHECK(steps("  - packages: [jq]\n").front().doors == Words{"apt"});
  CHECK(steps("  - {npm: [a1], network: [npm, 'git:code.example.org']}\n").front().doors == Words{"npm", "git:code.example.org"});
  const build::Recipe recipe =
      build::parse_recipe("name: x\nfrom: scratch\nsteps: [pip: [a1], npm: [b1], {run: x, network: [npm]}]\n", "/r");
  CHECK(build::doors_of_steps(recipe) == Words{"pip", "npm"});
}
