#pragma once
// Door plan: which doors a sandbox gets. A recipe asks, the caller grants: presets of package
// managers are granted by default, everything else needs his word.
#include "config/config.hpp"
#include "life/launch.hpp"
#include "life/plan.hpp"
#include "record/image.hpp"

namespace sandbox::life {

/// Adds doors, and what their managers need inside, to the plan. Throws Error(input) that lists
/// what was asked for and not granted.
void plan_doors(Plan& plan, const config::Config& config, const LaunchRequest& request, const record::Image& image);

/// Throws Error(input) that lists what the recipe asks for and the caller has not granted;
/// `otherwise`: what else he could do.
void check_grants(const std::vector<std::string>& asked, const config::Config& config, const LaunchRequest& request,
                  std::string_view recipe, std::string_view otherwise);

/// One --allow: its rules; what a preset brings goes to the plan.
std::vector<doors::Rule> rules_for(const std::string& text, Plan* plan);

/// Limits and name servers alone, for a sandbox without doors.
doors::Orders orders_without_doors(const config::Config& config);

/// Limits, the host's proxy and name servers: the part of the orders that is no rule.
doors::Orders orders_of_host(const config::Config& config);

/// /etc/hosts of every sandbox: even without a network, programs talk to themselves.
engine::ShownFile host_names(const std::string& id);

/// resolv.conf of a sandbox with doors.
std::string resolver_file();

}  // namespace sandbox::life
