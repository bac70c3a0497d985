#include "build/recipe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <set>

#include "base/quantity.hpp"
#include "base/text.hpp"
#include "build/proof.hpp"
#include "build/recipe_parts.hpp"
#include "build/run_time.hpp"
#include "build/services.hpp"
#include "record/json.hpp"
#include "store/images.hpp"

namespace sandbox::build {

namespace {

/// What only a step can be.
constexpr std::array<std::string_view, 3> kOfSteps = {"npm", "pip", "run"};

using Take = std::function<void(const Values&, const Yaml&, Recipe&)>;

struct Key {
  std::string_view name;
  Take take;
};

/// PATH or PATH:TAG; a tag may hold more colons.
Base take_oci(const Values& values, const Yaml& node, const std::string& value) {
  const std::size_t colon = value.find(':');
  const std::string tag = colon == value.npos ? "" : value.substr(colon + 1);
  if (colon == 0 || (colon != value.npos && tag.empty()))
    throw values.problem(node, "expected oci:PATH or oci:PATH:TAG");
  return {Base::Kind::oci, value.substr(0, colon), node.place, tag};
}

Base take_base(const Values& values, const Yaml& node) {
  const std::string text = values.text(node);
  const std::size_t colon = text.find(':');
  const std::string kind = text.substr(0, colon);
  const std::string value = colon == text.npos ? "" : text.substr(colon + 1);
  if (text == "scratch") return {Base::Kind::scratch, "", node.place};
  if (colon == text.npos && store::is_name(text)) return {Base::Kind::recipe, text, node.place};
  if (kind == "ubuntu" && is_suite(value)) return {Base::Kind::ubuntu, value, node.place};
  if (kind == "debian" && is_suite(value)) return {Base::Kind::debian, value, node.place};
  if (kind == "tar" && !value.empty()) return {Base::Kind::tar, value, node.place};
  if (kind == "oci" && !value.empty()) return take_oci(values, node, value);
  if (kind == "nix")
    throw values.problem(node, fmt::format("'{}:' is not supported in this version", kind));
  throw values.problem(node, fmt::format("'{}' is not a base (debian:SUITE, ubuntu:SUITE, scratch, tar:PATH, oci:PATH or a recipe)",
                                         visible(text)));
}

/// TARGET: the paths that become symbolic links to it.
void take_links(const Values& values, const Yaml& node, Recipe& recipe) {
  std::set<std::string> seen;
  values.each_free(node, [&](const Yaml::Entry& entry) {
    for (const Yaml& item : values.list(entry.value)) {
      const std::string at = values.absolute_path(item);
      if (!seen.insert(at).second) throw values.problem(item, fmt::format("'{}' is linked twice", visible(at)));
      recipe.links.push_back({at, entry.key});
    }
  });
}

void take_suites(const Values& values, const Yaml& node, Recipe& recipe) {
  for (const Yaml& item : values.list(node)) {
    recipe.suites.push_back(values.text(item));
    if (!is_suite(recipe.suites.back())) throw values.problem(item, fmt::format("'{}' is not a suite", visible(item.text)));
  }
}

void take_tags(const Values& values, const Yaml& node, Recipe& recipe) {
  for (const Yaml& item : values.list(node)) recipe.tags.push_back(values.text(item));
}

void take_resources(const Values& values, const Yaml& node, Recipe& recipe) {
  record::Limits& limits = recipe.resources;
  constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
  values.each(node, {"memory", "disk", "pids", "cpus", "open_files"}, [&](std::string_view key, const Yaml& value) {
    if (key == "memory") limits.memory_bytes = values.size(value, 4 * kMiB);
    if (key == "disk") limits.disk_bytes = values.size(value, kMiB);
    if (key == "pids") limits.pids = values.whole(value, 1, 4'194'304);
    if (key == "cpus") limits.cpus = values.decimal(value, 0.01, 4096);
    if (key == "open_files") limits.open_files = values.whole(value, 16, 1'048'576);
  });
}

void take_name(const Values& values, const Yaml& node, Recipe& recipe) {
  recipe.name = values.text(node);
  if (!store::is_name(recipe.name))
    throw values.problem(node, fmt::format("'{}' is not a name (lower-case letters, digits, '.', '_', '-')",
                                           visible(recipe.name)));
}

Take optional_text(std::optional<std::string> Recipe::*field) {
  return [field](const Values& values, const Yaml& node, Recipe& recipe) { recipe.*field = values.text(node); };
}

void take_tests_key(const Values& values, const Yaml& node, Recipe& recipe) {
  recipe.proof.tests = take_tests(values, node);
  recipe.tests_place = node.place;
}

const std::vector<Key>& keys() {
  static const std::vector<Key> all = {
      {"name", take_name},
      {"version", optional_text(&Recipe::version)},
      {"description", optional_text(&Recipe::description)},
      {"author", optional_text(&Recipe::author)},
      {"license", optional_text(&Recipe::license)},
      {"tags", take_tags},
      {"from", [](const Values& values, const Yaml& node, Recipe& r) { r.from = take_base(values, node); }},
      {"suites", take_suites},
      {"packages", [](const Values& values, const Yaml& node, Recipe& r) { r.packages = read_packages(values, node); }},
      {"copy", [](const Values& values, const Yaml& node, Recipe& r) { r.copies = read_copies(values, node); }},
      {"links", take_links},
      {"env", [](const Values& values, const Yaml& node, Recipe& r) { r.env = read_env(values, node); }},
      {"steps", [](const Values& values, const Yaml& node, Recipe& r) { r.steps = read_steps(values, node); }},
      {"user", [](const Values& values, const Yaml& node, Recipe& r) { r.user = read_user(values, node); }},
      {"workdir", [](const Values& values, const Yaml& node, Recipe& r) { r.workdir = values.absolute_path(node); }},
      {"resources", take_resources},
      {"network", [](const Values& values, const Yaml& node, Recipe& r) { r.network = read_doors(values, node); }},
      {"services", [](const Values& values, const Yaml& node, Recipe& r) { r.services = take_services(values, node); }},
      {"caches", [](const Values& values, const Yaml& node, Recipe& r) { r.caches = take_caches(values, node); }},
      {"devices", [](const Values& values, const Yaml& node, Recipe& r) { r.devices = take_devices(values, node); }},
      {"nested", [](const Values& values, const Yaml& node, Recipe& r) { r.nested = values.truth(node); }},
      {"ports", [](const Values& values, const Yaml& node, Recipe& r) { r.ports = take_ports(values, node); }},
      {"tests", take_tests_key},
      {"bench", [](const Values& values, const Yaml& node, Recipe& r) { r.proof.bench = take_bench(values, node); }},
      {"scan", [](const Values& values, const Yaml& node, Recipe& r) { r.proof.scan = take_scan(values, node); }},
  };
  return all;
}

Recipe interpret(const Yaml& root, const std::string& file, const Path& folder) {
  const Values values(file);
  Recipe recipe;
  recipe.folder = folder;
  recipe.file = file;
  std::vector<std::string_view> names;
  for (const Key& key : keys()) names.push_back(key.name);
  std::set<std::string> given;
  values.each_free(root, [&](const Yaml::Entry& entry) {
    const auto key = std::ranges::find(keys(), entry.key, &Key::name);
    if (key == keys().end() && std::ranges::find(kOfSteps, entry.key) != kOfSteps.end())
      throw values.problem(entry.place, fmt::format("'{}' is an item of 'steps'", entry.key));
    if (key == keys().end()) throw values.unknown(entry, names);
    key->take(values, entry.value, recipe);
    given.insert(entry.key);
  });
  for (const char* needed : {"name", "from"})
    if (!given.contains(needed)) throw values.problem(root, fmt::format("'{}' is missing", needed));
  return recipe;
}

void check_combinations(const Recipe& recipe) {
  const bool is_distribution = recipe.from.kind == Base::Kind::debian || recipe.from.kind == Base::Kind::ubuntu;
  if (!recipe.packages.empty() && !is_distribution && recipe.from.kind != Base::Kind::scratch)
    throw problem_at(recipe.file, recipe.from.place,
                     "'packages' needs 'from: debian:SUITE', 'from: ubuntu:SUITE' or 'from: scratch' in this version");
  if (!recipe.suites.empty() && !is_distribution)
    throw problem_at(recipe.file, recipe.from.place, "'suites' needs 'from: debian:SUITE' or 'from: ubuntu:SUITE'");
  // Another release's packages would not fit; these are made for this one.
  for (const std::string& suite : recipe.suites)
    if (!suite.starts_with(recipe.from.value + "-"))
      throw problem_at(recipe.file, recipe.from.place, fmt::format("'{0}' is no suite of '{1}', as {1}-backports is", suite, recipe.from.value));
}

/// Only what is there can be carried to those who test.
void find_tests(Recipe& recipe) {
  constexpr const char* kTests = "tests.yaml";
  std::error_code error;
  const auto is_file = [&](const std::string& name) { return std::filesystem::is_regular_file(recipe.folder / name, error); };
  if (!recipe.tests_place && is_file(kTests)) recipe.proof.tests = kTests;
  if (recipe.tests_place && recipe.proof.tests && !is_file(*recipe.proof.tests))
    throw problem_at(recipe.file, *recipe.tests_place, fmt::format("no file '{}' in the recipe's folder", visible(*recipe.proof.tests)));
}

}  // namespace

Recipe parse_recipe(const std::string& text, const Path& folder) {
  const std::string file = (folder / "recipe.yaml").native();
  Recipe recipe = interpret(parse_yaml(text, file), file, folder);
  check_combinations(recipe);
  return recipe;
}

Recipe read_recipe(const Path& folder) {
  const Path file = folder / "recipe.yaml";
  Recipe recipe = interpret(read_yaml(file), file.native(), folder);
  check_combinations(recipe);
  find_tests(recipe);
  return recipe;
}

record::Defaults Recipe::defaults_over(record::Defaults base) const {
  for (const auto& [variable, value] : env) base.env[variable] = value;
  for (const Instruction& step : steps)
    for (const auto& [variable, value] : step.env) base.env[variable] = value;
  base.user = user.value_or(base.user);
  base.workdir = workdir.value_or(base.workdir);
  base.resources = resources.over(base.resources);
  for (const std::string& door : network)
    if (std::ranges::find(base.network, door) == base.network.end()) base.network.push_back(door);
  base.services = services_over(std::move(base.services), services);
  for (const auto& [cache, path] : caches) base.caches[cache] = path;
  for (const std::string& device : devices)
    if (std::ranges::find(base.devices, device) == base.devices.end()) base.devices.push_back(device);
  base.nested = nested.value_or(base.nested);
  for (const int port : ports)
    if (std::ranges::find(base.ports, port) == base.ports.end()) base.ports.push_back(port);
  return base;
}

std::string canonical_text(const Recipe& recipe) {
  static constexpr std::array<const char*, 6> kinds = {"scratch", "debian", "tar", "recipe", "oci", "ubuntu"};
  Json links = Json::array();
  for (const Link& link : recipe.links) links.push_back({link.at, link.target});
  const auto text = [](const std::optional<std::string>& t) { return t ? Json(*t) : Json(nullptr); };
  return record::dump({{"name", recipe.name},
                       {"version", text(recipe.version)},
                       {"description", text(recipe.description)},
                       {"from", {kinds[static_cast<std::size_t>(recipe.from.kind)], recipe.from.value, recipe.from.tag}},
                       {"suites", recipe.suites},
                       {"packages", recipe.packages},
                       {"copy", copies_json(recipe.copies)},
                       {"links", links},
                       {"env", recipe.env},
                       {"steps", steps_json(recipe.steps)},
                       {"user", text(recipe.user)},
                       {"workdir", text(recipe.workdir)},
                       {"resources", recipe.resources},
                       {"network", recipe.network},
                       {"services", recipe.services},
                       {"caches", recipe.caches},
                       {"devices", recipe.devices},
                       {"nested", recipe.nested ? Json(*recipe.nested) : Json(nullptr)},
                       {"ports", recipe.ports},
                       {"proof", recipe.proof}});
}

}  // namespace sandbox::build
