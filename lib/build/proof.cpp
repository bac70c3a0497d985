#include "build/proof.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "build/recipe_parts.hpp"
#include "store/images.hpp"

namespace sandbox::build {

namespace {

constexpr std::size_t kMost = 100;

bool is_rule(std::string_view text) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  return text.size() <= 200 && letters.find(text.front()) != letters.npos &&
         text.find_first_not_of(std::string(letters) + "._/:-") == text.npos;
}

record::Benchmark take_benchmark(const Values& values, const Yaml& node) {
  record::Benchmark benchmark;
  values.each(node, {"name", "command"}, [&](std::string_view key, const Yaml& value) {
    if (key == "name") benchmark.name = values.text(value);
    if (key == "command") benchmark.command = read_command(values, value);
    if (key == "name" && !store::is_name(benchmark.name))
      throw values.problem(value, fmt::format("'{}' is not a name (lower-case letters, digits, '.', '_', '-')", visible(benchmark.name)));
  });
  if (benchmark.name.empty() || benchmark.command.empty()) throw values.problem(node, "a benchmark needs 'name' and 'command'");
  return benchmark;
}

record::AllowedRule take_allowed(const Values& values, const Yaml& node) {
  record::AllowedRule allowed;
  values.each(node, {"rule", "reason"}, [&](std::string_view key, const Yaml& value) {
    (key == "rule" ? allowed.rule : allowed.reason) = values.text(value);
    if (key == "rule" && !is_rule(allowed.rule)) throw values.problem(value, fmt::format("'{}' is not a rule's name", visible(allowed.rule)));
  });
  if (allowed.rule.empty() || allowed.reason.empty()) throw values.problem(node, "an allowed rule needs 'rule' and 'reason'");
  return allowed;
}

std::string take_severity(const Values& values, const Yaml& node) {
  for (const char* word : {"low", "medium", "high", "critical"})
    if (node.kind == Yaml::Kind::text && node.text == word) return word;
  throw values.problem(node, "expected low, medium, high or critical");
}

const std::vector<Yaml>& bounded_list(const Values& values, const Yaml& node) {
  if (values.list(node).size() > kMost) throw values.problem(node, fmt::format("more than {}", kMost));
  return node.items;
}

}  // namespace

std::optional<std::string> take_tests(const Values& values, const Yaml& node) {
  if (node.kind == Yaml::Kind::text && !node.quoted && node.text == "false") return std::nullopt;
  const std::string file = values.text(node);
  if (!is_beneath(file)) throw values.problem(node, fmt::format("'{}' leaves the recipe's folder", visible(file)));
  return file;
}

std::vector<record::Benchmark> take_bench(const Values& values, const Yaml& node) {
  std::vector<record::Benchmark> all;
  for (const Yaml& item : bounded_list(values, node)) {
    all.push_back(take_benchmark(values, item));
    if (std::ranges::count(all, all.back().name, &record::Benchmark::name) > 1)
      throw values.problem(item, fmt::format("two benchmarks are called '{}'", all.back().name));
  }
  return all;
}

record::ScanRules take_scan(const Values& values, const Yaml& node) {
  record::ScanRules scan;
  values.each(node, {"allow", "fail-on"}, [&](std::string_view key, const Yaml& value) {
    if (key == "fail-on") scan.fail_on = take_severity(values, value);
    if (key == "allow")
      for (const Yaml& item : bounded_list(values, value)) scan.allow.push_back(take_allowed(values, item));
  });
  return scan;
}

}  // namespace sandbox::build
