#include "doors/change.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "record/fields.hpp"

namespace sandbox::doors {

namespace {

void close_door(Rules& rules, const std::string& text) {
  const std::string wanted = rule_text(parse_rule(text));
  const auto closed = std::erase_if(rules.rules, [&](const Rule& rule) { return rule_text(rule) == wanted; });
  if (closed > 0) return;
  std::string there;
  for (const Rule& rule : rules.rules) there += (there.empty() ? "" : ", ") + rule_text(rule);
  throw Error(ExitCode::input, fmt::format("no door '{}' is open", visible(text)),
              there.empty() ? "none is" : fmt::format("open: {}", there));
}

}  // namespace

void to_json(Json& json, const Change& change) {
  json = {{"open", described(change.open)}, {"close", change.close}, {"close_all", change.close_all}};
}

void from_json(const Json& json, Change& change) {
  change.open = rules_of(record::field<record::Doors>(json, "open"));
  change.close = record::field<std::vector<std::string>>(json, "close");
  change.close_all = record::field<bool>(json, "close_all");
}

Rules changed(Rules rules, const Change& change) {
  if (change.close_all) rules = {};
  for (const std::string& text : change.close) close_door(rules, text);
  for (const Rule& rule : change.open.rules)
    if (std::ranges::find(rules.rules, rule) == rules.rules.end()) rules.rules.push_back(rule);
  rules.blocks.insert(rules.blocks.end(), change.open.blocks.begin(), change.open.blocks.end());
  (void)rules.ports();  // throws when there are too many
  return rules;
}

}  // namespace sandbox::doors
