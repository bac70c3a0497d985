#include "wanted.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "doors/presets.hpp"
#include "life/door_plan.hpp"
#include "life/port_plan.hpp"

namespace sandbox::tool {

namespace {

doors::Change doors_wanted_by(const Options& options) {
  doors::Change change;
  change.close_all = options.close_all;
  for (const std::string& text : options.allow)
    for (const doors::Rule& rule : life::rules_for(text, nullptr)) change.open.rules.push_back(rule);
  for (const std::string& text : options.allow_cidr) change.open.blocks.push_back(doors::parse_block(text));
  for (const std::string& text : options.close) {
    if (!doors::is_preset(text)) change.close.push_back(doors::rule_text(doors::parse_rule(text)));
    else
      for (const doors::Rule& rule : life::rules_for(text, nullptr)) change.close.push_back(doors::rule_text(rule));
  }
  return change;
}

std::optional<life::NewTime> time_of(const char* option, const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  try {
    return life::parse_new_time(*text);
  } catch (const Error& error) {
    throw Error(ExitCode::input, fmt::format("{}: {}", option, error.what()), "1h: from now; +1h: later; none: never");
  }
}

}  // namespace

life::Alteration wanted_by(const Options& options, const config::Config& config) {
  life::Alteration wanted;
  wanted.ttl = time_of("--ttl", options.ttl);
  wanted.idle = time_of("--idle", options.idle);
  if (wanted.idle && wanted.idle->counts == life::NewTime::Counts::longer)
    throw Error(ExitCode::input, "--idle counts anew after each command: it cannot be later", "--idle 30m, or none");
  wanted.labels = options.labels;
  wanted.unlabel = options.unlabel;
  record::check_limits(options.limits);
  wanted.limits = options.limits;
  if (options.pause && options.resume) throw Error(ExitCode::input, "--pause and --resume exclude each other");
  if (options.pause || options.resume) wanted.paused = options.pause;
  if (!options.allow.empty() || !options.allow_cidr.empty() || !options.close.empty() || options.close_all) {
    wanted.doors = doors_wanted_by(options);
    wanted.orders = life::orders_of_host(config);
  } else {
    wanted.orders = life::orders_without_doors(config);
  }
  if (options.bind && options.publish.empty()) throw Error(ExitCode::input, "--bind without any port", "add --publish PORT");
  wanted.publish = life::port_wishes(options.publish, options.bind, config);
  wanted.unpublish = options.unpublish;
  wanted.only_asks = options.dry_run;
  if (wanted.empty())
    throw Error(ExitCode::input, "nothing to change", "--ttl, --label, --allow, --close, --memory, --pause: see --help");
  return wanted;
}

}  // namespace sandbox::tool
