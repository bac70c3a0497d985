#include "build/services.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "build/recipe_parts.hpp"

namespace sandbox::build {

namespace {

using record::Service;
using std::chrono::milliseconds;

constexpr std::size_t kMostServices = 32;

bool is_service(std::string_view name) {
  const bool letter = !name.empty() && name.front() >= 'a' && name.front() <= 'z';  // a number would be a pid
  return letter && name.size() <= 60 && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.-") == name.npos;
}

std::string take_http(const Values& values, const Yaml& node) {
  const std::string path = values.text(node);
  const bool plain = std::ranges::all_of(path, [](char c) { return c > ' ' && c < 0x7F; });
  if (path.front() != '/' || !plain || path.size() > 1000)
    throw values.problem(node, "expected a path as a request has it, as /health");
  return path;
}

record::Readiness take_ready(const Values& values, const Yaml& node) {
  record::Readiness ready;
  values.each(node, {"command", "port", "http"}, [&](std::string_view key, const Yaml& value) {
    if (key == "command") ready.command = read_command(values, value);
    if (key == "port") ready.port = static_cast<int>(values.whole(value, 1, 65535));
    if (key == "http") ready.http = take_http(values, value);
  });
  if (ready.http && !ready.port) throw values.problem(node, "'http' needs 'port'");
  if (ready.command.empty() == !ready.port) throw values.problem(node, "expected either 'command' or 'port'");
  return ready;
}

std::string take_restart(const Values& values, const Yaml& node) {
  // The word "no" is what this key is about, quoted or not.
  for (const char* word : {"no", "on-failure", "always"})
    if (node.kind == Yaml::Kind::text && node.text == word) return word;
  throw values.problem(node, "expected no, on-failure or always");
}

/// Where `after` stands, for what is wrong with it.
using After = std::map<std::string, std::vector<Yaml>>;

Service take_service(const Values& values, const Yaml::Entry& entry, After& after) {
  Service service;
  service.name = entry.key;
  if (!is_service(entry.key))
    throw values.problem(entry.place, fmt::format("'{}' is not a service's name (a lower-case letter, then letters, digits, '.', '_', '-')",
                                                  visible(entry.key)));
  values.each(entry.value, {"command", "ready", "after", "restart", "timeout", "user", "workdir", "env"},
              [&](std::string_view key, const Yaml& value) {
                if (key == "command") service.command = read_command(values, value);
                if (key == "ready") service.ready = take_ready(values, value);
                if (key == "after") after[service.name] = values.list(value);
                if (key == "restart") service.restart = take_restart(values, value);
                if (key == "timeout")
                  service.timeout_ms = static_cast<double>(values.duration(value, milliseconds(100), std::chrono::hours(1)).count());
                if (key == "user") service.user = read_user(values, value);
                if (key == "workdir") service.workdir = values.absolute_path(value);
                if (key == "env") service.env = read_env(values, value);
              });
  if (service.command.empty()) throw values.problem(entry.value, fmt::format("the service '{}' needs 'command'", entry.key));
  for (const Yaml& item : after[service.name]) service.after.push_back(values.text(item));
  return service;
}

void check_names(const Values& values, const std::vector<Service>& services, const After& after) {
  std::vector<std::string_view> names;
  for (const Service& service : services) names.push_back(service.name);
  for (const auto& [name, items] : after)
    for (const Yaml& item : items) {
      if (std::ranges::find(names, std::string_view(item.text)) != names.end()) continue;
      const std::string near = nearest(item.text, names);
      throw values.problem(item, fmt::format("no service '{}'{}", visible(item.text),
                                             near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near)));
    }
}

/// Takes away whatever comes after nothing that is left: what remains waits for itself.
void check_circles(const Values& values, const std::vector<Service>& services, const After& after) {
  std::set<std::string> left;
  for (const Service& service : services) left.insert(service.name);
  const auto waits = [&](const Service& service) {
    return std::ranges::any_of(service.after, [&](const std::string& name) { return left.contains(name); });
  };
  for (bool any = true; any;) {
    any = false;
    for (const Service& service : services)
      if (left.contains(service.name) && !waits(service)) any = left.erase(service.name) != 0;
  }
  for (const Service& service : services)
    for (const Yaml& item : after.at(service.name))
      if (left.contains(service.name) && left.contains(item.text))
        throw values.problem(item, fmt::format("the service '{}' waits for itself, by way of '{}'", service.name, item.text));
}

}  // namespace

std::vector<Service> take_services(const Values& values, const Yaml& node) {
  std::vector<Service> services;
  After after;
  values.each_free(node, [&](const Yaml::Entry& entry) { services.push_back(take_service(values, entry, after)); });
  if (services.size() > kMostServices) throw values.problem(node, fmt::format("more than {} services", kMostServices));
  check_names(values, services, after);
  check_circles(values, services, after);
  return services;
}

std::vector<Service> services_over(std::vector<Service> below, const std::vector<Service>& mine) {
  for (const Service& service : mine) {
    const auto found = std::ranges::find(below, service.name, &Service::name);
    if (found == below.end()) below.push_back(service);
    else *found = service;
  }
  return below;
}

}  // namespace sandbox::build
