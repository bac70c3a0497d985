#include "scan/recipe_scan.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "build/lock.hpp"
#include "build/recipe.hpp"
#include "scan/recipe_files.hpp"
#include "scan/recipe_rules.hpp"
#include "scan/rule.hpp"

namespace sandbox::scan {

namespace {

/// An id that no rule has is a mistake with a place.
void check_allowed(const RecipeText& text) {
  const build::Yaml* scan = text.value("scan");
  if (!scan) return;
  for (const build::Yaml::Entry& entry : scan->entries)
    for (const build::Yaml& item : entry.value.items)
      for (const build::Yaml::Entry& field : item.entries)
        if (field.key == "rule" && !find_rule(field.value.text)) {
          const std::string near = nearest_rule(field.value.text);
          throw build::problem_at(text.file(), field.value.place,
                                  fmt::format("no rule is called '{}'{}", visible(field.value.text), near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near)));
        }
}

record::Findings scan(const build::Recipe& recipe, const RecipeText& text, const Wish& wish, Collector collector) {
  check_allowed(text);
  for (const record::AllowedRule& allowed : recipe.proof.scan.allow) collector.allow({allowed.rule, allowed.reason, {}});
  for (Allowance& allowance : allowances_of(text.text(), text.file())) collector.allow(std::move(allowance));
  check_recipe(recipe, text, build::read_lock_if_any(recipe.folder).has_value(), collector);
  record::Findings findings;
  findings.kind = "recipe";
  findings.name = recipe.name;
  findings.folder = recipe.folder.native();
  findings.fail_on = wish.fail_on.value_or(record::severity_of(recipe.proof.scan.fail_on.value_or("high")).value_or(record::Severity::high));
  std::move(collector).finish(findings, wish.strict);
  return findings;
}

}  // namespace

record::Findings scan_recipe(const Path& named, const Wish& wish) {
  const Path folder = named.has_filename() ? named : named.parent_path();  // "x/" is x
  const Path file = folder / "recipe.yaml";
  const RecipeText text(build::read_yaml_text(file), file.native());
  Collector collector;
  check_files(folder, folder.native(), collector);
  return scan(build::read_recipe(folder), text, wish, std::move(collector));
}

record::Findings scan_recipe_text(const std::string& text, const Path& folder, const Wish& wish) {
  return scan(build::parse_recipe(text, folder), RecipeText(text, (folder / "recipe.yaml").native()), wish, {});
}

}  // namespace sandbox::scan
