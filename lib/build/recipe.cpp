#include "build/recipe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <set>

#include "base/quantity.hpp"
#include "base/text.hpp"
#include "build/values.hpp"
#include "doors/presets.hpp"
#include "record/json.hpp"
#include "store/images.hpp"

namespace sandbox::build {

namespace {

/// Keys of the full recipe that this version does not carry out: known, so not "unknown".
constexpr std::array<std::string_view, 12> kLater = {"steps",   "ports", "services",
                                                     "caches",  "devices", "nested", "tests",
                                                     "bench",   "scan",    "npm",    "pip", "run"};

using Take = std::function<void(const Values&, const Yaml&, Recipe&)>;

struct Key {
  std::string_view name;
  Take take;
};

Base take_base(const Values& values, const Yaml& node) {
  const std::string text = values.text(node);
  const std::size_t colon = text.find(':');
  const std::string kind = text.substr(0, colon);
  const std::string value = colon == text.npos ? "" : text.substr(colon + 1);
  if (text == "scratch") return {Base::Kind::scratch, "", node.place};
  if (colon == text.npos && store::is_name(text)) return {Base::Kind::recipe, text, node.place};
  if (kind == "debian" && is_suite(value)) return {Base::Kind::debian, value, node.place};
  if (kind == "tar" && !value.empty()) return {Base::Kind::tar, value, node.place};
  if (kind == "ubuntu" || kind == "oci" || kind == "nix")
    throw values.problem(node, fmt::format("'{}:' is not supported in this version", kind));
  throw values.problem(node, fmt::format("'{}' is not a base (debian:SUITE, scratch, tar:PATH or a recipe)",
                                         visible(text)));
}

void take_mode(const Values& values, const Yaml& node, Copy& copy) {
  unsigned mode = 0;
  const char* const end = node.text.data() + node.text.size();
  const auto [at, error] = std::from_chars(node.text.data(), end, mode, 8);
  if (node.kind != Yaml::Kind::text || error != std::errc() || at != end || mode > 07777)
    throw values.problem(node, "expected a mode in octal, as 0755");
  copy.mode = mode;
}

void take_owner(const Values& values, const Yaml& node, Copy& copy) {
  const std::vector<std::string_view> parts = split(node.text, ':');
  std::array<std::uint32_t, 2> ids{};
  for (std::size_t i = 0; i < parts.size() && i < 2; ++i) {
    const char* const end = parts[i].data() + parts[i].size();
    const auto [at, error] = std::from_chars(parts[i].data(), end, ids[i]);
    if (node.kind != Yaml::Kind::text || error != std::errc() || at != end || parts.size() > 2 || ids[i] > 65535)
      throw values.problem(node, "expected an owner as UID or \"UID:GID\", each at most 65535");
  }
  copy.uid = ids[0];
  copy.gid = parts.size() > 1 ? ids[1] : ids[0];
}

Copy take_copy_map(const Values& values, const Yaml& node) {
  Copy copy;
  copy.place = node.place;
  values.each(node, {"from", "to", "mode", "owner"}, [&](std::string_view key, const Yaml& value) {
    if (key == "from") copy.from = values.text(value);
    if (key == "to") copy.to = values.absolute_path(value);
    if (key == "mode") take_mode(values, value, copy);
    if (key == "owner") take_owner(values, value, copy);
  });
  if (copy.from.empty() || copy.to.empty()) throw values.problem(node, "a copy needs 'from' and 'to'");
  return copy;
}

Copy take_copy_text(const Values& values, const Yaml& node) {
  const std::string text = values.text(node);
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos || colon == 0 || colon + 1 == text.size())
    throw values.problem(node, "expected SOURCE:DESTINATION");
  Yaml to = node;
  to.text = text.substr(colon + 1);
  return {text.substr(0, colon), values.absolute_path(to), {}, {}, {}, node.place};
}

void take_copies(const Values& values, const Yaml& node, Recipe& recipe) {
  for (const Yaml& item : values.list(node)) {
    Copy copy = item.kind == Yaml::Kind::map ? take_copy_map(values, item) : take_copy_text(values, item);
    if (!is_beneath(copy.from))
      throw values.problem(item, fmt::format("'{}' leaves the recipe's folder", visible(copy.from)));
    recipe.copies.push_back(std::move(copy));
  }
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

void take_packages(const Values& values, const Yaml& node, Recipe& recipe) {
  for (const Yaml& item : values.list(node)) {
    const std::string name = values.text(item);
    if (!is_package(name)) throw values.problem(item, fmt::format("'{}' is not a package's name", visible(name)));
    if (std::ranges::find(recipe.packages, name) != recipe.packages.end())
      throw values.problem(item, fmt::format("package '{}' is listed twice", name));
    recipe.packages.push_back(name);
  }
}

void take_tags(const Values& values, const Yaml& node, Recipe& recipe) {
  for (const Yaml& item : values.list(node)) recipe.tags.push_back(values.text(item));
}

void take_env(const Values& values, const Yaml& node, Recipe& recipe) {
  values.each_free(node, [&](const Yaml::Entry& entry) {
    if (!is_variable(entry.key))
      throw values.problem(entry.place, fmt::format("'{}' is not a variable's name", visible(entry.key)));
    recipe.env[entry.key] = values.text(entry.value);
  });
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

/// Rules and presets, as --allow takes them; what they are is not looked up before a launch.
void take_network(const Values& values, const Yaml& node, Recipe& recipe) {
  for (const Yaml& item : values.list(node)) {
    const std::string text = values.text(item);
    try {
      recipe.network.push_back(doors::is_preset(text) ? text : doors::rule_text(doors::parse_rule(text)));
    } catch (const Error& error) {
      throw values.problem(item, error.what());
    }
  }
}

void take_user(const Values& values, const Yaml& node, Recipe& recipe) {
  recipe.user = node.kind == Yaml::Kind::text && is_number(node.text) ? node.text : values.text(node);
  if (!is_user(*recipe.user))
    throw values.problem(node, fmt::format("'{}' is not a user (a name, UID or \"UID:GID\")", visible(node.text)));
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

const std::vector<Key>& keys() {
  static const std::vector<Key> all = {
      {"name", take_name},
      {"version", optional_text(&Recipe::version)},
      {"description", optional_text(&Recipe::description)},
      {"author", optional_text(&Recipe::author)},
      {"license", optional_text(&Recipe::license)},
      {"tags", take_tags},
      {"from", [](const Values& values, const Yaml& node, Recipe& r) { r.from = take_base(values, node); }},
      {"packages", take_packages},
      {"copy", take_copies},
      {"links", take_links},
      {"env", take_env},
      {"user", take_user},
      {"workdir", [](const Values& values, const Yaml& node, Recipe& r) { r.workdir = values.absolute_path(node); }},
      {"resources", take_resources},
      {"network", take_network},
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
    if (key == keys().end() && std::ranges::find(kLater, entry.key) != kLater.end())
      throw values.problem(entry.place, fmt::format("'{}' is not supported in this version", entry.key));
    if (key == keys().end()) throw values.unknown(entry, names);
    key->take(values, entry.value, recipe);
    given.insert(entry.key);
  });
  for (const char* needed : {"name", "from"})
    if (!given.contains(needed)) throw values.problem(root, fmt::format("'{}' is missing", needed));
  return recipe;
}

void check_combinations(const Recipe& recipe) {
  if (!recipe.packages.empty() && (recipe.from.kind == Base::Kind::tar || recipe.from.kind == Base::Kind::recipe))
    throw problem_at(recipe.file, recipe.from.place,
                     "'packages' needs 'from: debian:SUITE' or 'from: scratch' in this version");
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
  return recipe;
}

record::Defaults Recipe::defaults_over(record::Defaults base) const {
  for (const auto& [variable, value] : env) base.env[variable] = value;
  base.user = user.value_or(base.user);
  base.workdir = workdir.value_or(base.workdir);
  base.resources = resources.over(base.resources);
  for (const std::string& door : network)
    if (std::ranges::find(base.network, door) == base.network.end()) base.network.push_back(door);
  return base;
}

std::string canonical_text(const Recipe& recipe) {
  static constexpr std::array<const char*, 4> kinds = {"scratch", "debian", "tar", "recipe"};
  Json copies = Json::array();
  for (const Copy& copy : recipe.copies)
    copies.push_back({copy.from, copy.to, copy.mode ? Json(*copy.mode) : Json(nullptr),
                      copy.uid ? Json(*copy.uid) : Json(nullptr), copy.gid ? Json(*copy.gid) : Json(nullptr)});
  Json links = Json::array();
  for (const Link& link : recipe.links) links.push_back({link.at, link.target});
  const auto text = [](const std::optional<std::string>& t) { return t ? Json(*t) : Json(nullptr); };
  return record::dump({{"name", recipe.name},
                       {"version", text(recipe.version)},
                       {"description", text(recipe.description)},
                       {"from", {kinds[static_cast<std::size_t>(recipe.from.kind)], recipe.from.value}},
                       {"packages", recipe.packages},
                       {"copy", copies},
                       {"links", links},
                       {"env", recipe.env},
                       {"user", text(recipe.user)},
                       {"workdir", text(recipe.workdir)},
                       {"resources", recipe.resources},
                       {"network", recipe.network}});
}

}  // namespace sandbox::build
