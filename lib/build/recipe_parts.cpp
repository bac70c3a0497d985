#include "build/recipe_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"
#include "doors/presets.hpp"
#include "record/json.hpp"

namespace sandbox::build {

namespace {

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

}  // namespace

Copy read_copy(const Values& values, const Yaml& node) {
  Copy copy = node.kind == Yaml::Kind::map ? take_copy_map(values, node) : take_copy_text(values, node);
  if (!is_beneath(copy.from))
    throw values.problem(node, fmt::format("'{}' leaves the recipe's folder", visible(copy.from)));
  return copy;
}

std::vector<Copy> read_copies(const Values& values, const Yaml& node) {
  std::vector<Copy> copies;
  for (const Yaml& item : values.list(node)) copies.push_back(read_copy(values, item));
  return copies;
}

std::vector<std::string> read_packages(const Values& values, const Yaml& node) {
  std::vector<std::string> packages;
  for (const Yaml& item : values.list(node)) {
    const std::string name = values.text(item);
    if (!is_package(name)) throw values.problem(item, fmt::format("'{}' is not a package's name", visible(name)));
    if (std::ranges::find(packages, name) != packages.end())
      throw values.problem(item, fmt::format("package '{}' is listed twice", name));
    packages.push_back(name);
  }
  return packages;
}

std::map<std::string, std::string> read_env(const Values& values, const Yaml& node) {
  std::map<std::string, std::string> env;
  values.each_free(node, [&](const Yaml::Entry& entry) {
    if (!is_variable(entry.key))
      throw values.problem(entry.place, fmt::format("'{}' is not a variable's name", visible(entry.key)));
    env[entry.key] = values.text(entry.value);
  });
  return env;
}

std::vector<std::string> read_doors(const Values& values, const Yaml& node) {
  std::vector<std::string> all;
  for (const Yaml& item : values.list(node)) {
    const std::string text = values.text(item);
    try {
      all.push_back(doors::is_preset(text) ? text : doors::rule_text(doors::parse_rule(text)));
    } catch (const Error& error) {
      throw values.problem(item, error.what());
    }
  }
  return all;
}

std::string read_user(const Values& values, const Yaml& node) {
  std::string user = node.kind == Yaml::Kind::text && is_number(node.text) ? node.text : values.text(node);
  if (!is_user(user))
    throw values.problem(node, fmt::format("'{}' is not a user (a name, UID or \"UID:GID\")", visible(node.text)));
  return user;
}

std::vector<std::string> read_command(const Values& values, const Yaml& node) {
  if (node.kind != Yaml::Kind::list) return {"/bin/sh", "-c", values.text(node)};
  std::vector<std::string> words;
  for (const Yaml& item : node.items) words.push_back(values.text(item));
  if (words.empty()) throw values.problem(node, "the command is empty");
  return words;
}

Json copies_json(const std::vector<Copy>& copies) {
  const auto number = [](const auto& n) { return n ? Json(*n) : Json(nullptr); };
  Json json = Json::array();
  for (const Copy& copy : copies)
    json.push_back({copy.from, copy.to, number(copy.mode), number(copy.uid), number(copy.gid)});
  return json;
}

}  // namespace sandbox::build
