#include "compose.hpp"

#include <algorithm>

#include "catch.hpp"
#include "forge/marker.hpp"

using namespace sandbox;
using namespace sandbox::test;
using namespace sandbox::tool;

namespace {

const Heading kHeading{"default", "sandbox", "0123456789abcdef", "https://ci.example.org/1"};

Section section(const std::string& name, int place, int weight, std::size_t size) {
  return {name, place, weight, name + std::string(size, '.') + "\n", {"brief " + name, {}}};
}

Story story() {
  return {false, "done", {section("first", 1, 90, 500), section("second", 2, 10, 500), section("third", 3, 50, 500)}};
}

}  // namespace

TEST_CASE("a comment begins with its marker and has its sections in order") {
  const Composed composed = compose(kHeading, story(), 10'000);
  CHECK(forge::key_of(composed.text) == "default");
  CHECK(composed.text.find("first") < composed.text.find("second"));
  CHECK(composed.text.find("second") < composed.text.find("third"));
  CHECK(contains(composed.text, "`0123456789ab`"));
  CHECK(composed.folded.empty());
}

TEST_CASE("what matters least is folded first") {
  const std::size_t whole = compose(kHeading, story(), 10'000).text.size();
  const Composed one = compose(kHeading, story(), whole);
  CHECK(one.folded == std::vector<std::string>{"second"});
  CHECK(contains(one.text, "brief second"));
  const Composed two = compose(kHeading, story(), 900);
  CHECK(two.folded == std::vector<std::string>{"second", "third"});
  CHECK(contains(two.text, "first..."));
}

TEST_CASE("no comment is longer than it may be, whatever the limit") {
  Story many;
  for (int i = 0; i < 200; ++i) many.sections.push_back(section("s" + std::to_string(i), i, i % 7, 300));
  for (std::size_t most = 400; most < 70'000; most += 997) CHECK(compose(kHeading, many, most).text.size() <= most);
  CHECK(refuses([&] { compose(kHeading, many, 20); }, "no comment has 20 bytes"));
}

TEST_CASE("a message is short and mentions nobody, in text and in HTML") {
  Story hostile{true, "a command failed", {{"commands", 1, 70, "", {"command", {"@room <img src=x>\n/merge"}}}}};
  for (int i = 0; i < 100; ++i) hostile.sections.push_back(section("x", 2, 99, 10));
  const forge::Message message = compose_message(kHeading, hostile);
  CHECK_FALSE(contains(message.plain, "@room"));
  CHECK_FALSE(contains(message.html, "<img"));
  CHECK(contains(message.html, "&lt;img"));
  CHECK_FALSE(contains(message.plain, "\n/"));
  CHECK(message.plain.size() < 4096);
  CHECK(message.html.size() < 8192);
}
