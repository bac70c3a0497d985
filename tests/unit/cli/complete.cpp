#include "cli/complete.hpp"

#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::cli;

namespace {

const Grammar kGrammar{
    {{{"--format"}, "FORMAT", {"json", "human"}, "how", false},
     {{"--label", "-l"}, "NAME=VALUE", {}, "a label", true},
     {{"--quiet", "-q"}, "", {}, "only ids", false},
     {{"--log"}, "FILE", {}, "where to", false},
     {{"--workdir", "-w"}, "DIR", {}, "where", false}},
    {{{"ID"}, "ID", {}, "which", false}},
    true};

std::vector<Choice> sandboxes(std::string_view value) {
  return value == "ID" ? std::vector<Choice>{{"sb-one", "busybox"}, {"sb-two", "busybox"}, {"other", ""}} : std::vector<Choice>{};
}

std::string shown(const std::vector<std::string>& words) { return text_of(complete(kGrammar, words, sandboxes)); }

}  // namespace

TEST_CASE("options complete to their long names, with what they do") {
  CHECK(shown({"--f"}) == "--format\thow\n");
  CHECK(shown({"--nothing"}).empty());
  CHECK(test::contains(shown({"-"}), "-q\tonly ids\n"));
}

TEST_CASE("the value of an option is what that option takes") {
  CHECK(shown({"--format", ""}) == "json\nhuman\n");
  CHECK(shown({"--format", "h"}) == "human\n");
  CHECK(shown({"--format=h"}) == "--format=human\n");      // zsh and fish: one word
  CHECK(shown({"--format", "=", "h"}) == "human\n");       // bash: three
  CHECK(shown({"--format", "="}) == "json\nhuman\n");
  CHECK(shown({"--log", "x"}) == ":files\n");
  CHECK(shown({"-w", ""}) == ":folders\n");
  CHECK(shown({"--label", ""}).empty());
}

TEST_CASE("positionals are counted without options and their values") {
  CHECK(shown({"sb-"}) == "sb-one\tbusybox\nsb-two\tbusybox\n");
  CHECK(shown({"-q", "--label", "a=b", "o"}) == "other\n");
  CHECK(shown({"sb-one", ""}).empty());  // there is only one
  Grammar many = kGrammar;
  many.positionals.back().repeats = true;
  CHECK(text_of(complete(many, {"sb-one", "o"}, sandboxes)) == "other\n");
}

TEST_CASE("what follows -- belongs to the command") {
  CHECK(shown({"sb-one", "--", "--f"}) == ":files\n");
  CHECK(shown({"sb-one", "--"}) != ":files\n");  // being typed itself
}

TEST_CASE("hostile names cannot break the lines of the answer") {
  const Lookup hostile = [](std::string_view) { return std::vector<Choice>{{"a\nb", "\x1b[2J"}}; };
  const std::string text = text_of(complete(kGrammar, {""}, hostile));
  CHECK(text == "a\\x0ab\t\\x1b[2J\n");
}

TEST_CASE("nothing at all is asked without a crash") { CHECK(text_of(complete(kGrammar, {}, sandboxes)).empty()); }
