#include "scan/recipe_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "doors/presets.hpp"
#include "doors/rule.hpp"
#include "scan/secret.hpp"

namespace sandbox::scan {

namespace {

using build::Yaml;
using Kind = build::Base::Kind;
using Verb = build::Instruction::Kind;

/// Their security support is over: what is left is paid for, or nobody's.
constexpr std::array<std::string_view, 16> kOld = {"squeeze", "wheezy", "jessie", "stretch", "buster", "lucid",  "precise", "trusty",
                                                   "xenial",  "bionic", "artful", "cosmic",  "disco",  "eoan",   "groovy",  "hirsute"};
constexpr std::array<std::string_view, 8> kMoving = {"stable", "oldstable", "oldoldstable", "testing", "unstable", "sid", "devel", "experimental"};

class Checker {
 public:
  Checker(const build::Recipe& recipe, const RecipeText& text, bool locked, Collector& collector)
      : recipe_(recipe), text_(text), locked_(locked), collector_(collector) {}

  void check() {
    check_base();
    check_pins();
    check_doors();
    check_variables();
    check_scripts();
    check_copies();
    check_asked();
    check_missing();
  }

 private:
  void add(std::string_view rule, std::string message, build::Place place) { collector_.add(rule, std::move(message), {text_.file(), place.line, place.column}); }
  void check_base();
  void check_pins();
  void check_doors();
  void check_door(const Yaml& node);
  void check_variables();
  void check_scripts();
  void check_copies();
  void check_copy(const build::Copy& copy);
  void check_asked();
  void check_missing();

  const build::Recipe& recipe_;
  const RecipeText& text_;
  bool locked_;
  Collector& collector_;
};

bool is_distribution(Kind kind) { return kind == Kind::debian || kind == Kind::ubuntu; }

void Checker::check_base() {
  const build::Base& base = recipe_.from;
  if (is_distribution(base.kind) && std::ranges::find(kOld, base.value) != kOld.end())
    add("old-base", fmt::format("'{}' gets no security updates any more", base.value), base.place);
  if (is_distribution(base.kind) && std::ranges::find(kMoving, base.value) != kMoving.end())
    add("moving-base", fmt::format("'{}' is another release tomorrow", base.value), base.place);
  if (base.kind == Kind::tar || base.kind == Kind::oci) add("unknown-base", fmt::format("where the files of '{}' come from is not said", base.value), base.place);
}

/// npm's NAME@1.2.3 and pip's NAME==1.2.3 say which; a lock says it of what these need, too.
bool names_its_version(Verb verb, std::string_view item) {
  const std::size_t at = verb == Verb::pip ? item.find("==") : item.find('@', 1);
  const std::size_t version = at + (verb == Verb::pip ? 2 : 1);
  return at != item.npos && version < item.size() && item[version] >= '0' && item[version] <= '9';
}

void Checker::check_pins() {
  if (locked_) return;
  if (is_distribution(recipe_.from.kind)) add("unpinned", "the base and its packages are those of the day: there is no recipe.lock", recipe_.from.place);
  else if (!recipe_.packages.empty()) add("unpinned", "the packages are those of the day: there is no recipe.lock", text_.place_of("packages"));
  for (const build::Instruction& step : recipe_.steps) {
    if (step.kind == Verb::packages) add("unpinned", "the packages are those of the day: there is no recipe.lock", step.place);
    if (step.kind != Verb::npm && step.kind != Verb::pip) continue;
    const auto loose = std::ranges::find_if_not(step.items, [&](const std::string& item) { return names_its_version(step.kind, item); });
    if (loose != step.items.end()) add("unpinned", fmt::format("'{}' is that of the day: there is no recipe.lock", *loose), step.place);
  }
}

void Checker::check_door(const Yaml& node) {
  if (doors::is_preset(node.text)) return;
  const doors::Rule rule = doors::parse_rule(node.text);
  if (rule.names == doors::Rule::Names::any) return add("open-network", "every host of the internet may be reached", node.place);
  if (rule.names == doors::Rule::Names::below) add("wide-network", fmt::format("every host below '{}' may be reached", rule.host), node.place);
  if (rule.raw || rule.ech) add("wide-network", fmt::format("what goes to '{}' is not looked at", rule.host), node.place);
}

void Checker::check_doors() {
  text_.each_item("network", [&](const Yaml& node) { check_door(node); });
}

void Checker::check_variables() {
  text_.each_variable([&](const Yaml::Entry& entry) {
    if (sounds_secret(entry.key) && !entry.value.text.empty() && !is_placeholder(entry.value.text) && !entry.value.text.starts_with('/'))
      add("secret-in-env", fmt::format("'{}' has its value in the recipe", entry.key), entry.place);
    if (turns_a_check_off(entry.key + "=" + entry.value.text)) add("no-verification", fmt::format("'{}' turns a check off", entry.key), entry.place);
  });
}

void Checker::check_scripts() {
  for (const auto& script : text_.scripts())
    for (const Doubt& doubt : doubts_about(script)) collector_.add(doubt.rule, doubt.message, {text_.file(), doubt.line});
}

void Checker::check_copy(const build::Copy& copy) {
  const unsigned mode = copy.mode.value_or(0);
  if ((mode & 0002) && !(mode & 01000)) add("world-writable", fmt::format("'{}' has the mode {:04o}", copy.to, mode), copy.place);
  if (mode & 06000) add("set-id", fmt::format("'{}' has the mode {:04o}", copy.to, mode), copy.place);
}

void Checker::check_copies() {
  for (const build::Copy& copy : recipe_.copies) check_copy(copy);
  for (const build::Instruction& step : recipe_.steps)
    for (const build::Copy& copy : step.copies) check_copy(copy);
}

void Checker::check_asked() {
  if (recipe_.nested.value_or(false)) add("nested", "code inside may make namespaces", text_.place_of("nested"));
  if (!recipe_.devices.empty()) add("devices", fmt::format("asks for '{}'", recipe_.devices.front()), text_.place_of("devices"));
}

/// A base that is a recipe may say it all. What nobody says has no place.
void Checker::check_missing() {
  const auto missing = [&](std::string_view rule, std::string message, const std::optional<build::Place>& place) {
    place ? add(rule, std::move(message), *place) : collector_.add(rule, std::move(message), {text_.file()});
  };
  const auto place_if = [&](std::string_view key) { return text_.value(key) ? std::optional(text_.place_of(key)) : std::nullopt; };
  const record::Limits& limits = recipe_.resources;
  if (!recipe_.proof.tests) missing("no-tests", "nothing tests the image", place_if("tests"));
  if (recipe_.from.kind == Kind::recipe) return;
  if (!recipe_.user || recipe_.user == "root" || recipe_.user == "0") missing("no-user", "commands run as root of the sandbox", place_if("user"));
  if (!limits.memory_bytes || !limits.pids)
    missing("no-limits", fmt::format("no limit of its own for {}", limits.memory_bytes ? "pids" : limits.pids ? "memory" : "memory and pids"), place_if("resources"));
}

}  // namespace

void check_recipe(const build::Recipe& recipe, const RecipeText& text, bool locked, Collector& collector) {
  Checker(recipe, text, locked, collector).check();
}

}  // namespace sandbox::scan
