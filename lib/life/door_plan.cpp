#include "life/door_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/error.hpp"
#include "base/text.hpp"
#include "doors/certificates.hpp"
#include "doors/places.hpp"
#include "doors/presets.hpp"
#include "life/apt_doors.hpp"
#include "life/grants.hpp"

namespace sandbox::life {

namespace {

constexpr const char* kBundle = "/etc/ssl/certs/sandbox-doors.crt";

std::string environment(std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (const char* value = std::getenv(name); value && *value) return value;
  return {};
}

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

/// Packages may be fetched by default; a forge is a host like any other.
bool is_door_granted(const std::string& asked, const config::Config& config, const LaunchRequest& request) {
  if (doors::is_preset(asked) && !asked.starts_with("git:")) return true;
  return contains(request.allow, asked) || contains(request.allow, "all") || is_granted(asked, config, request);
}

std::vector<std::string> wanted(const config::Config& config, const LaunchRequest& request, const record::Image& image) {
  check_grants(image.defaults.network, config, request, image.name, ", or --network none to go without");
  std::vector<std::string> all = request.allow;
  for (const std::string& asked : image.defaults.network)
    if (!contains(all, asked)) all.push_back(asked);
  return all;
}

/// Mirrors of a company have certificates of that company's own.
void show_certificates(Plan& plan, const std::vector<Path>& more) {
  const std::string bundle = doors::certificate_bundle(more);
  if (bundle.empty()) return;
  plan.spec.files.push_back({kBundle, bundle});
  for (const char* path : doors::kBundlePaths) plan.spec.files.push_back({path, bundle, engine::ShownFile::Where::instead});
  for (const char* name : doors::kBundleVariables) plan.env.emplace(name, kBundle);
  add_apt_option(plan, fmt::format("Acquire::https::CaInfo \"{}\";", kBundle));
}

void show_proxy(Plan& plan) {
  const std::string url = fmt::format("http://{}:{}", doors::kOwnAddress, doors::kProxyPort);
  for (const char* name : {"http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"}) plan.env.emplace(name, url);
  for (const char* name : {"no_proxy", "NO_PROXY"}) plan.env.emplace(name, "localhost,127.0.0.1,::1");
}

void append(std::vector<doors::Rule>& rules, const std::vector<doors::Rule>& more) {
  for (const doors::Rule& rule : more)
    if (std::ranges::find(rules, rule) == rules.end()) rules.push_back(rule);
}

}  // namespace

void check_grants(const std::vector<std::string>& asked, const config::Config& config, const LaunchRequest& request,
                  std::string_view recipe, std::string_view otherwise) {
  std::string refused;
  for (const std::string& door : asked)
    if (!is_door_granted(door, config, request)) refused += (refused.empty() ? "" : ", ") + visible(door);
  if (refused.empty()) return;
  throw Error(ExitCode::input, fmt::format("the recipe of '{}' asks for doors that are not granted: {}", visible(recipe), refused),
              fmt::format("--grant RULE for each, --grant all{}", otherwise));
}

std::vector<doors::Rule> rules_for(const std::string& text, Plan* plan) {
  if (!doors::is_preset(text)) return {doors::parse_rule(text)};
  doors::Preset preset = doors::read_preset(text, doors::HostFiles::real());
  if (!plan) return preset.rules;
  plan->env.insert(preset.environment.begin(), preset.environment.end());
  for (const auto& [path, content] : preset.files) plan->spec.files.push_back({path, content});
  if (!text.starts_with("git:")) show_certificates(*plan, preset.certificates);
  return preset.rules;
}

doors::Orders orders_without_doors(const config::Config& config) {
  doors::Orders orders;
  orders.limits.connections = config.door_connections.value_or(orders.limits.connections);
  orders.limits.per_second = config.door_rate.value_or(orders.limits.per_second);
  orders.limits.bytes = config.door_bytes;
  orders.limits.port_connections = config.port_connections.value_or(orders.limits.port_connections);
  orders.resolvers = config.resolvers;
  return orders;
}

doors::Orders orders_of_host(const config::Config& config) {
  doors::Orders orders = orders_without_doors(config);
  orders.proxy = doors::host_proxy(environment({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}),
                                   environment({"no_proxy", "NO_PROXY"}));
  return orders;
}

std::string resolver_file() { return fmt::format("nameserver {}\n", doors::kOwnAddress); }

engine::ShownFile host_names(const std::string& id) {
  return {"/etc/hosts", fmt::format("127.0.0.1 localhost\n::1 localhost\n127.0.1.1 {}\n", id), engine::ShownFile::Where::possible};
}

void plan_doors(Plan& plan, const config::Config& config, const LaunchRequest& request, const record::Image& image) {
  if (request.no_network) {
    if (!request.allow.empty()) throw Error(ExitCode::input, "--network none and --allow contradict each other");
    return;
  }
  const std::vector<std::string> all = wanted(config, request, image);
  if (all.empty()) {
    if (!request.allow_cidr.empty()) throw Error(ExitCode::input, "--allow-cidr without any door", "add --allow HOST");
    return;
  }
  plan.doors = orders_of_host(config);
  for (const std::string& text : all) append(plan.doors->rules.rules, rules_for(text, &plan));
  for (const std::string& block : request.allow_cidr) plan.doors->rules.blocks.push_back(doors::parse_block(block));
  (void)plan.doors->rules.ports();  // throws when there are too many
  if (contains(all, "apt")) show_apt_sources(plan);
  plan.spec.files.push_back({"/etc/resolv.conf", resolver_file()});
  if (request.proxy_variables) show_proxy(plan);
}

}  // namespace sandbox::life
