#include "results/test_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/beneath.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "build/recipe_parts.hpp"
#include "build/values.hpp"

namespace sandbox::results {

namespace {

using build::Values;
using build::Yaml;
using std::chrono::milliseconds;

constexpr std::size_t kMostCases = 10'000;
constexpr std::size_t kMostFile = std::size_t{16} << 20;  // bytes of one that a case brings
constexpr milliseconds kLongest = std::chrono::hours(24);

/// A text as everywhere in a recipe, or none.
std::string any_text(const Values& values, const Yaml& node) {
  if (node.kind == Yaml::Kind::null || (node.kind == Yaml::Kind::text && node.quoted && node.text.empty())) return {};
  return values.text(node);
}

/// Several commands are one script that ends at the first that fails.
std::vector<std::string> take_commands(const Values& values, const Yaml& node) {
  std::string script = "set -e\n";
  for (const Yaml& item : values.list(node)) script += values.text(item) + "\n";
  if (node.items.empty()) throw values.problem(node, "no command");
  return {"/bin/sh", "-c", script};
}

TextRule checked(const Values& values, const Yaml& node, TextRule rule) {
  if (const std::string objection = objection_to(rule); !objection.empty())
    throw values.problem(node, fmt::format("not a regular expression: {}", visible(objection)));
  if (rule.kind != TextRule::Kind::exact && rule.text.empty()) throw values.problem(node, "an empty text is in everything");
  return rule;
}

/// A text, or a map of exact, contains, matches; each may be a list.
std::vector<TextRule> take_rules(const Values& values, const Yaml& node) {
  if (node.kind != Yaml::Kind::map) return {{TextRule::Kind::exact, any_text(values, node)}};
  std::vector<TextRule> rules;
  values.each(node, {"exact", "contains", "matches"}, [&](std::string_view key, const Yaml& value) {
    const auto kind = key == "exact" ? TextRule::Kind::exact : key == "contains" ? TextRule::Kind::contains : TextRule::Kind::matches;
    if (value.kind != Yaml::Kind::list) return rules.push_back(checked(values, value, {kind, any_text(values, value)}));
    for (const Yaml& item : value.items) rules.push_back(checked(values, item, {kind, any_text(values, item)}));
  });
  if (rules.empty()) throw values.problem(node, "expected exact, contains or matches");
  return rules;
}

Expectation take_expected(const Values& values, const Yaml& node) {
  Expectation expected;
  values.each(node, {"status", "stdout", "stderr"}, [&](std::string_view key, const Yaml& value) {
    if (key == "status") expected.status = static_cast<int>(values.whole(value, 0, 255));
    if (key == "stdout") expected.out = take_rules(values, value);
    if (key == "stderr") expected.err = take_rules(values, value);
  });
  return expected;
}

class FileReader {
 public:
  explicit FileReader(const Path& file) : values_(file.native()), folder_(file.parent_path()) {}

  TestFile read(const Yaml& root) {
    TestFile file;
    milliseconds timeout = TestFile::Case{}.timeout;
    const Yaml* cases = nullptr;
    values_.each(root, {"timeout", "cases"}, [&](std::string_view key, const Yaml& value) {
      if (key == "timeout") timeout = values_.duration(value, milliseconds(1), kLongest);
      if (key == "cases") cases = &value;
    });
    if (!cases || values_.list(*cases).empty()) throw values_.problem(root, "no 'cases'");
    if (cases->items.size() > kMostCases) throw values_.problem(*cases, fmt::format("more than {} cases", kMostCases));
    std::set<std::string> names;
    for (const Yaml& item : cases->items) {
      file.cases.push_back(take_case(item, timeout));
      if (!names.insert(file.cases.back().name).second)
        throw values_.problem(item, fmt::format("two cases are called '{}'", visible(file.cases.back().name)));
    }
    return file;
  }

 private:
  TestFile::Case take_case(const Yaml& node, milliseconds timeout) {
    TestFile::Case test;
    test.line = node.place.line;
    test.timeout = timeout;
    values_.each(node, {"name", "command", "commands", "stdin", "files", "env", "user", "workdir", "skip", "timeout", "expect"},
                 [&](std::string_view key, const Yaml& value) { take_key(key, value, test); });
    if (test.name.empty()) throw values_.problem(node, "a case needs a 'name'");
    if (test.argv.empty()) throw values_.problem(node, fmt::format("the case '{}' needs a 'command' or 'commands'", visible(test.name)));
    return test;
  }

  void take_key(std::string_view key, const Yaml& value, TestFile::Case& test) {
    if (key == "name") test.name = values_.text(value);
    if (key == "command" || key == "commands") {
      if (!test.argv.empty()) throw values_.problem(value, "'command' and 'commands' exclude each other");
      test.argv = key == "command" ? build::read_command(values_, value) : take_commands(values_, value);
    }
    if (key == "stdin") test.input = any_text(values_, value);
    if (key == "files") take_files(value, test);
    if (key == "env") test.env = build::read_env(values_, value);
    if (key == "user") test.user = build::read_user(values_, value);
    if (key == "workdir") test.workdir = values_.absolute_path(value);
    if (key == "skip") test.skip = values_.text(value);
    if (key == "timeout") test.timeout = values_.duration(value, milliseconds(1), kLongest);
    if (key == "expect") test.expected = take_expected(values_, value);
  }

  /// PATH: content, or PATH: {from: FILE} beside tests.yaml.
  void take_files(const Yaml& node, TestFile::Case& test) {
    values_.each_free(node, [&](const Yaml::Entry& entry) {
      if (!build::is_beneath(entry.key) || entry.key.ends_with('/'))
        throw values_.problem(entry.place, fmt::format("'{}' is no path beneath the folder of the case", visible(entry.key)));
      test.files[entry.key] = content_of(entry.value);
    });
  }

  std::string content_of(const Yaml& node) {
    if (node.kind != Yaml::Kind::map) return any_text(values_, node);
    std::optional<std::string> from;
    values_.each(node, {"from"}, [&](std::string_view, const Yaml& value) {
      from = values_.text(value);
      if (!build::is_beneath(*from)) throw values_.problem(value, fmt::format("'{}' leaves the recipe's folder", visible(*from)));
    });
    if (!from) throw values_.problem(node, "expected a text or 'from'");
    try {
      return read_beneath(folder_, *from, kMostFile);
    } catch (const Error& error) {
      throw values_.problem(node, error.what());
    }
  }

  Values values_;
  Path folder_;
};

}  // namespace

TestFile parse_test_file(const std::string& text, const Path& file) {
  return FileReader(file).read(build::parse_yaml(text, file.native()));
}

TestFile read_test_file(const Path& file) { return FileReader(file).read(build::read_yaml(file)); }

}  // namespace sandbox::results
