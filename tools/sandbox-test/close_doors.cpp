#include "close_doors.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "life/ask.hpp"
#include "life/door_plan.hpp"
#include "store/images.hpp"

namespace sandbox::tool {

namespace {

std::set<std::string> rules_of(const std::vector<std::string>& asked) {
  std::set<std::string> rules;
  for (const std::string& text : asked)
    for (const doors::Rule& rule : life::rules_for(text, nullptr)) rules.insert(doors::rule_text(rule));
  return rules;
}

}  // namespace

void close_doors(const Place& place, const Runner& runner, const Options& options) {
  if (runner.preset.empty() || options.launch.no_network) return;
  std::vector<std::string> wanted = options.launch.allow;
  for (const std::string& door : store::find_image(place.session().store, place.sandbox().image_digest).defaults.network) wanted.push_back(door);
  const std::set<std::string> stay = rules_of(wanted);
  doors::Change change;
  for (const std::string& rule : rules_of({std::string(runner.preset)}))
    if (!stay.contains(rule)) change.close.push_back(rule);
  if (change.close.empty()) return;
  life::Alteration alteration;
  alteration.doors = std::move(change);
  alteration.orders = life::orders_of_host(place.session().config);
  const record::Sandbox after = life::ask_change(place.session().store, place.id(), alteration);
  for (const record::Altered& altered : after.changes.value_or(std::vector<record::Altered>{}))
    if (altered.refused()) throw Error(ExitCode::failed, "the doors of the install cannot be shut: " + altered.reason.value_or("no reason"));
}

}  // namespace sandbox::tool
