#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/quantity.hpp"
#include "base/text.hpp"
#include "build/recipe_parts.hpp"
#include "record/json.hpp"

namespace sandbox::build {

namespace {

using Kind = Instruction::Kind;

struct Verb {
  std::string_view key;
  Kind kind;
};

constexpr std::array kVerbs = {Verb{"packages", Kind::packages}, Verb{"npm", Kind::npm}, Verb{"pip", Kind::pip},
                               Verb{"copy", Kind::copy},         Verb{"run", Kind::run}, Verb{"env", Kind::env}};

const Verb* verb_of(std::string_view key) {
  const auto found = std::ranges::find(kVerbs, key, &Verb::key);
  return found == kVerbs.end() ? nullptr : &*found;
}

/// Words of a command line of npm or pip: what could be taken for one of their options is none.
std::vector<std::string> read_items(const Values& values, const Yaml& node) {
  std::vector<std::string> items;
  for (const Yaml& item : values.list(node)) {
    items.push_back(values.text(item));
    if (items.back().starts_with('-') || items.back().find_first_of(" \t\n'\"\\$`") != std::string::npos)
      throw values.problem(item, fmt::format("'{}' is not a package's name", visible(items.back())));
  }
  if (items.empty()) throw values.problem(node, "the list is empty");
  return items;
}

/// A command, or several of which each must succeed.
std::string read_script(const Values& values, const Yaml& node) {
  if (node.kind != Yaml::Kind::list) return values.text(node);
  std::string script;
  for (const Yaml& line : values.list(node)) script += values.text(line) + "\n";
  if (script.empty()) throw values.problem(node, "the list is empty");
  return script;
}

std::vector<Copy> read_one_or_more_copies(const Values& values, const Yaml& node) {
  return node.kind == Yaml::Kind::list ? read_copies(values, node) : std::vector{read_copy(values, node)};
}

std::chrono::milliseconds read_duration(const Values& values, const Yaml& node) {
  try {
    return parse_duration(node.kind == Yaml::Kind::text ? node.text : "");
  } catch (const Error&) {
    throw values.problem(node, "expected a time, as 90s, 10m or 2h");
  }
}

void take_verb(const Values& values, const Yaml& node, Instruction& step) {
  switch (step.kind) {
    case Kind::packages: step.items = read_packages(values, node); break;
    case Kind::npm:
    case Kind::pip: step.items = read_items(values, node); break;
    case Kind::copy: step.copies = read_one_or_more_copies(values, node); break;
    case Kind::run: step.script = read_script(values, node); break;
    case Kind::env: step.env = read_env(values, node); break;
  }
}

/// Which of the other keys a step of this kind has.
bool may_have(Kind kind, std::string_view key) {
  if (key == "name") return true;
  if (kind == Kind::copy || kind == Kind::env) return false;
  return kind == Kind::run || (key != "user" && key != "workdir");
}

void take_other(const Values& values, const Yaml::Entry& entry, Instruction& step) {
  if (!may_have(step.kind, entry.key))
    throw values.problem(entry.place, fmt::format("a step with '{}' has no '{}'", key_of(step.kind), entry.key));
  if (entry.key == "name") step.name = values.text(entry.value);
  if (entry.key == "network") step.network = read_doors(values, entry.value);
  if (entry.key == "user") step.user = read_user(values, entry.value);
  if (entry.key == "workdir") step.workdir = values.absolute_path(entry.value);
  if (entry.key == "timeout") step.timeout = read_duration(values, entry.value);
}

Instruction read_step(const Values& values, const Yaml& node) {
  static constexpr std::array<std::string_view, 11> known = {"packages", "npm",  "pip",     "copy", "run",    "env",
                                                             "name",     "user", "workdir", "network", "timeout"};
  Instruction step;
  step.place = node.place;
  const Yaml::Entry* verb = nullptr;
  values.each_free(node, [&](const Yaml::Entry& entry) {
    if (std::ranges::find(known, entry.key) == known.end()) throw values.unknown(entry, known);
    if (!verb_of(entry.key)) return;
    if (verb)
      throw values.problem(entry.place, fmt::format("'{}' and '{}' are two steps", verb->key, entry.key));
    verb = &entry;
  });
  if (!verb) throw values.problem(node, "a step needs one of: packages, npm, pip, copy, run, env");
  step.kind = verb_of(verb->key)->kind;
  take_verb(values, verb->value, step);
  for (const Yaml::Entry& entry : node.entries)
    if (!verb_of(entry.key)) take_other(values, entry, step);
  return step;
}

}  // namespace

std::string_view key_of(Kind kind) { return std::ranges::find(kVerbs, kind, &Verb::kind)->key; }

std::vector<Instruction> read_steps(const Values& values, const Yaml& node) {
  std::vector<Instruction> steps;
  for (const Yaml& item : values.list(node)) steps.push_back(read_step(values, item));
  for (std::size_t i = 0; i < steps.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (steps[i].name && steps[i].name == steps[j].name)
        throw values.problem(steps[i].place, fmt::format("two steps are called '{}'", visible(*steps[i].name)));
  return steps;
}

Json steps_json(const std::vector<Instruction>& steps) {
  const auto text = [](const std::optional<std::string>& t) { return t ? Json(*t) : Json(nullptr); };
  Json json = Json::array();
  for (const Instruction& step : steps)
    json.push_back({key_of(step.kind), step.items, copies_json(step.copies), step.script, step.env, step.network,
                    text(step.user), text(step.workdir)});
  return json;
}

}  // namespace sandbox::build
