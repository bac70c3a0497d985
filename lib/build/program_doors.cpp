#include "build/program_doors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/error.hpp"
#include "doors/url.hpp"
#include "life/door_plan.hpp"
#include "life/places.hpp"
#include "life/refusals.hpp"
#include "store/sandboxes.hpp"

namespace sandbox::build {

namespace {

void add(doors::Rules& rules, const doors::Rule& rule) {
  if (std::ranges::find(rules.rules, rule) == rules.rules.end()) rules.rules.push_back(rule);
}

/// A proxy may be a company's own, and what it is told is no request to the host that it is.
void add_proxy(doors::Rules& rules, const std::string& url) {
  if (const auto parsed = doors::parse_url(url))
    add(rules, {.host = parsed->host, .ports = {parsed->port}, .raw = true, .private_too = true});
}

doors::Orders orders_for(const Program& program, const config::Config& config) {
  doors::Orders orders = life::orders_of_host(config);
  for (const std::string& text : program.doors)
    for (const doors::Rule& rule : life::rules_for(text, nullptr)) add(orders.rules, rule);
  for (const std::string& url : program.proxies) add_proxy(orders.rules, url);
  if (const char* url = std::getenv("http_proxy")) add_proxy(orders.rules, url);
  return orders;
}

store::Place take_place(const Workplace& place) {
  life::LaunchRequest request = place.site->request;
  request.building = place.folder;  // so it is none of the user's
  return life::get_place(place.site->store, place.site->config, request, store::new_sandbox_id());
}

}  // namespace

ProgramDoors::ProgramDoors(const Program& program, const Workplace& place)
    : place_(take_place(place)),
      orders_(orders_for(program, place.site->config)),
      keeper_(life::DoorKeeper::start(place_.number)) {}

std::map<std::string, std::string> ProgramDoors::files() const {
  return {{"/etc/resolv.conf", life::resolver_file()}, {"/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n"}};
}

void ProgramDoors::close(int log) {
  std::vector<record::Refusal> refusals;
  if (const auto report = keeper_.close())
    for (const doors::Repeated& repeated : report->refusals) refusals.push_back(repeated.refusal);
  for (const std::string& line : life::told(refusals)) write_all(log, line + "\n", "the log");
}

}  // namespace sandbox::build
