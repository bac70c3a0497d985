#include "life/way_steps.hpp"

#include <fmt/format.h>

#include <memory>

#include "base/error.hpp"

namespace sandbox::life {

namespace {

constexpr std::size_t kMostPorts = 32;

/// What the doorman is to be told.
struct Ways {
  doors::Orders orders;
  std::vector<record::Port> ports;  ///< as the record shows them
  std::vector<Fd> listeners;        ///< of those that are new
};

Ways ways_of(const OwnedSandbox& owned, const Alteration& wanted) {
  Ways ways{owned.keeper ? owned.keeper->orders() : wanted.orders, owned.plan.sandbox.ports, {}};
  // One that had only ports was not told the host's way out.
  if (ways.orders.rules.rules.empty()) ways.orders.proxy = wanted.orders.proxy;
  return ways;
}

void unpublish(Ways& ways, std::uint16_t port) {
  if (std::erase_if(ways.ports, [port](const record::Port& shown) { return shown.port == port; }) == 0)
    throw Error(ExitCode::input, fmt::format("port {} is not published", port));
  std::erase_if(ways.orders.ports, [port](const doors::Port& known) { return known.port == port; });
}

void publish(Ways& ways, const PortWish& wish) {
  if (ways.ports.size() >= kMostPorts) throw Error(ExitCode::input, fmt::format("it has {} ports already", kMostPorts));
  TakenPort taken = take_port(wish);
  ways.ports.push_back(std::move(taken.shown));
  ways.orders.ports.push_back(std::move(taken.port));
  ways.listeners.push_back(std::move(taken.listener));
}

Step door_step(Ways& ways, const doors::Change& change) {
  Step step{"doors", nullptr, {}, [](record::Sandbox&) {}};
  try {
    ways.orders.rules = doors::changed(ways.orders.rules, change);
    const record::Doors described = doors::described(ways.orders.rules);
    step.to = described;
    step.describe = [described](record::Sandbox& sandbox) { sandbox.doors = described; };
  } catch (const Error& error) {
    step.objection = error.what();
  }
  return step;
}

Step port_step(Ways& ways, const Alteration& wanted) {
  Step step{"ports", nullptr, {}, [](record::Sandbox&) {}};
  try {
    for (const std::uint16_t port : wanted.unpublish) unpublish(ways, port);
    for (const PortWish& wish : wanted.publish) publish(ways, wish);
    doors::check_ports(ways.orders);
    step.to = ways.ports;
    step.describe = [ports = ways.ports](record::Sandbox& sandbox) { sandbox.ports = ports; };
  } catch (const Error& error) {
    step.objection = error.what();
  }
  return step;
}

}  // namespace

void add_way_steps(std::vector<Step>& steps, OwnedSandbox& owned, const Alteration& wanted) {
  const bool changes_ports = !wanted.publish.empty() || !wanted.unpublish.empty();
  if (!wanted.doors && !changes_ports) return;
  const auto ways = std::make_shared<Ways>(ways_of(owned, wanted));
  if (wanted.doors) steps.push_back(door_step(*ways, *wanted.doors));
  if (changes_ports) steps.push_back(port_step(*ways, wanted));
  steps.back().apply = [&owned, ways] { owned.set_ways(std::move(ways->orders), std::move(ways->listeners)); };
}

}  // namespace sandbox::life
