#include "scan/recipe_text.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace sandbox::scan {

namespace {

using build::Yaml;

/// At the top, and in what stands below `steps` and `services`.
void each_map(const Yaml& node, const std::function<void(const Yaml&)>& take) {
  if (node.kind == Yaml::Kind::map) take(node);
  for (const Yaml& item : node.items) each_map(item, take);
  for (const Yaml::Entry& entry : node.entries) each_map(entry.value, take);
}

}  // namespace

RecipeText::RecipeText(std::string text, std::string file) : text_(std::move(text)), file_(std::move(file)), root_(build::parse_yaml(text_, file_)) {}

const Yaml* RecipeText::value(std::string_view key) const {
  const auto found = std::ranges::find(root_.entries, key, &Yaml::Entry::key);
  return found == root_.entries.end() ? nullptr : &found->value;
}

build::Place RecipeText::place_of(std::string_view key) const {
  const Yaml* found = value(key);
  return found ? found->place : root_.place;
}

/// A block whose lines are kept has each of them on a line of the file; of everything else the
/// beginning is known.
std::vector<ScriptLine> RecipeText::lines_of(const Yaml& node) const {
  const std::vector<std::string_view> lines = split(text_, '\n');
  const auto at = static_cast<std::size_t>(node.place.line - 1);
  const bool is_block = at < lines.size() && static_cast<std::size_t>(node.place.column) <= lines[at].size() &&
                        lines[at][static_cast<std::size_t>(node.place.column - 1)] == '|';
  std::vector<ScriptLine> script = script_lines(node.text, node.place.line + 1);
  if (!is_block)
    for (ScriptLine& line : script) line.number = node.place.line;
  return script;
}

void RecipeText::collect(const Yaml& node, std::vector<std::vector<ScriptLine>>& scripts) const {
  if (node.kind != Yaml::Kind::list) return scripts.push_back(lines_of(node));
  std::vector<ScriptLine> script;
  for (const Yaml& item : node.items) std::ranges::move(lines_of(item), std::back_inserter(script));
  scripts.push_back(std::move(script));
}

std::vector<std::vector<ScriptLine>> RecipeText::scripts() const {
  std::vector<std::vector<ScriptLine>> scripts;
  for (const char* key : {"steps", "services"})
    if (const Yaml* found = value(key))
      each_map(*found, [&](const Yaml& map) {
        for (const Yaml::Entry& entry : map.entries)
          if (entry.key == "run" || entry.key == "command") collect(entry.value, scripts);
      });
  return scripts;
}

void RecipeText::each_variable(const std::function<void(const Yaml::Entry&)>& take) const {
  each_map(root_, [&](const Yaml& map) {
    const auto found = std::ranges::find(map.entries, "env", &Yaml::Entry::key);
    if (found != map.entries.end()) std::ranges::for_each(found->value.entries, take);
  });
}

void RecipeText::each_item(std::string_view key, const std::function<void(const Yaml&)>& take) const {
  each_map(root_, [&](const Yaml& map) {
    const auto found = std::ranges::find(map.entries, key, &Yaml::Entry::key);
    if (found != map.entries.end()) std::ranges::for_each(found->value.items, take);
  });
}

}  // namespace sandbox::scan
