#include "build/yaml.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "catch.hpp"
#include "scratch.hpp"

using namespace sandbox;
using build::parse_yaml;

namespace {

std::string refusal(const std::string& text) {
  const Error error = test::error_of([&] { parse_yaml(text, "r.yaml"); });
  CHECK(error.code() == ExitCode::input);
  CHECK(std::string_view(error.what()).find('\n') == std::string_view::npos);
  return error.what();
}

}  // namespace

TEST_CASE("the tree knows where everything stands") {
  const build::Yaml root = parse_yaml("a: 1\nb:\n  - x\n  - \"2\"\n", "r.yaml");
  REQUIRE(root.entries.size() == 2);
  CHECK(root.entries[1].key == "b");
  CHECK(root.entries[1].place.line == 2);
  const build::Yaml& list = root.entries[1].value;
  REQUIRE(list.items.size() == 2);
  CHECK(list.items[1].place.line == 4);
  CHECK(list.items[1].place.column == 5);
  CHECK(list.items[1].quoted);
  CHECK_FALSE(root.entries[0].value.quoted);
}

TEST_CASE("what surprises people in YAML is refused with its place") {
  CHECK(refusal("a: 1\nb: 2\na: 3\n") == "r.yaml:3:1: duplicate key 'a' (first on line 1)");
  CHECK(test::contains(refusal("a: &x 1\n"), "anchors are not supported"));
  CHECK(test::contains(refusal("a: *x\n"), "r.yaml:1:"));
  CHECK(test::contains(refusal("a: {<<: {b: 1}}\n"), "merge keys"));
  CHECK(test::contains(refusal("a: !!python/object x\n"), "tags are not supported"));
  CHECK(test::contains(refusal("a: !x [1]\n"), "tags are not supported"));
  CHECK(test::contains(refusal("a: 1\n---\na: 2\n"), "second document"));
  CHECK(test::contains(refusal("[a]: 1\n"), "a key must be a word"));
  CHECK(test::contains(refusal("a: 'x\n"), "not YAML"));
  CHECK(test::contains(refusal("\ta: x\n b"), "r.yaml:"));
  CHECK(test::contains(refusal(""), "empty"));
}

TEST_CASE("a bomb of aliases is refused at its first anchor") {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i)
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + ", *a" +
            std::to_string(i - 1) + "]\n";
  CHECK(test::contains(refusal(bomb), "r.yaml:1:"));
}

TEST_CASE("deep nesting is refused, not followed") {
  CHECK(test::contains(refusal(std::string(20'000, '[')), "nested deeper"));
  CHECK(test::contains(refusal(std::string(500'000, '{')), "r.yaml:1:"));
  std::string steps;
  for (int i = 0; i < 200; ++i) steps += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  CHECK(test::contains(refusal(steps), "nested deeper"));
}

TEST_CASE("bytes that are no text are refused before the parser sees them") {
  CHECK(refusal("a: 1\nb: \xff\n") == "r.yaml:2:1: not UTF-8 text");
  CHECK(refusal(std::string("a: 1\nb: \0x\n", 11)) == "r.yaml:2:4: a control character");
  CHECK(test::contains(refusal("a: \x04 1\n"), "a control character"));
  CHECK(test::contains(refusal("a: \x1b[2J\n"), "a control character"));
  CHECK(test::contains(refusal(std::string("\xff\xfe" "a\0:\0", 6)), "not UTF-8"));
}

TEST_CASE("a file beyond a megabyte is refused without reading it") {
  const TempDir place = test::scratch();
  const Path file = place.path() / "recipe.yaml";
  replace_file(file, "a: 1\n");
  REQUIRE(::truncate(file.c_str(), off_t{100} << 20) == 0);
  CHECK(test::refuses([&] { build::read_yaml(file); }, "larger than 1048576 bytes"));
}

TEST_CASE("a recipe that is no regular file is refused and does not block") {
  const TempDir place = test::scratch();
  const Path fifo = place.path() / "recipe.yaml";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  CHECK(test::refuses([&] { build::read_yaml(fifo); }, "not a regular file"));
  CHECK(test::refuses([&] { build::read_yaml(place.path()); }, "not a regular file"));
  CHECK(test::refuses([&] { build::read_yaml(place.path() / "none"); }, "No such file"));
}
