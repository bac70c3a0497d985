#include "life/owned_sandbox.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/temp_dir.hpp"
#include "base/text.hpp"
#include "doors/places.hpp"
#include "doors/sockets.hpp"
#include "engine/container/disk.hpp"
#include "engine/vm/saved.hpp"
#include "engine/vm/vm.hpp"
#include "isolate/namespaces.hpp"
#include "life/copy_tree.hpp"
#include "life/disk_removal.hpp"
#include "life/process.hpp"
#include "life/recover.hpp"
#include "life/ssh.hpp"
#include "life/templates.hpp"
#include "life/visitors.hpp"
#include "life/vm_plan.hpp"
#include "life/workspace.hpp"
#include "record/fields.hpp"
#include "store/sandboxes.hpp"

namespace sandbox::life {

namespace {

/// Between its start and the agent's word; an emulated processor on a busy host is slow.
constexpr std::chrono::seconds kPatience{10}, kPatienceWithVm{120};

std::vector<std::string> values_of(const std::map<std::string, std::string>& secrets) {
  std::vector<std::string> values;
  for (const auto& [name, value] : secrets) values.push_back(value);
  return values;
}

}  // namespace

OwnedSandbox::OwnedSandbox(ReceivedPlan received, engine::HostFacts host)
    : plan(std::move(received.plan)),
      facts(std::move(host)),
      place(std::move(received.place)),
      first_client(std::move(received.first_client)),
      store(store::Store::at(plan.store_state, plan.store_run)),
      log({store.log(), "sandbox-supervise", plan.actor, plan.log_required}),
      book(plan.spec.directory, plan.spec.id, log),
      listeners_(std::move(received.listeners)) {
  log.redact(values_of(plan.secrets));
}

void OwnedSandbox::start(Fd program) {
  record::Sandbox& sandbox = plan.sandbox;
  facts.ids = isolate::id_map_for(static_cast<std::uint32_t>(plan.spec.place), plan.spec.subordinate);
  sandbox.supervisor = identity_of(::getpid());
  for (const Path& path : engine::cgroup_paths(facts, plan.spec.id)) sandbox.cgroups.push_back(path.native());

  machine = plan.spec.vm ? start_vm() : engine::start_container(plan.spec, facts, std::move(program));
  agent = std::make_unique<AgentLink>(machine->control());
  prepare();
  machine->await_start();
  Stopwatch watch;
  if (plan.doors) {
    lead_in(plan.doors->ports);
    keeper->command(machine->ending(), *plan.doors, std::exchange(listeners_, {}));  // before any command: none finds a door shut
    sandbox.timings_ms["doors"] = watch.lap_ms();
  }
  if (const Fd workspace = machine->take_workspace()) {
    copy_tree(*plan.spec.workspace, workspace, {.owner = machine->owner()});
    sandbox.workspace = {plan.spec.workspace->native(), rfc3339(next_tick())};
  }
  const bool must_send = plan.spec.vm && plan.spec.workspace;
  // Earlier than the agent is ready: what the client asks waits for it there.
  if (plan.services.empty() && !must_send) let_in_first_client();
  agent->await_ready(plan.spec.vm ? kPatienceWithVm : kPatience);
  if (must_send) {
    // By the machine's own clock, which is not quite ours: it was set from it, and that took a moment.
    const WallTime tick = send_workspace(agent->connect(), *plan.spec.workspace);
    sandbox.workspace = {plan.spec.workspace->native(), rfc3339(tick)};
  }
  if (std::ranges::find(sandbox.ports, doors::kSshPort, &record::Port::port) != sandbox.ports.end())
    agent->serve(sshd_command(), doors::make_listener(machine->ending(), doors::kSshPort));
  for (const auto& [stage, ms] : machine->timings_ms()) sandbox.timings_ms[stage] = ms;
  sandbox.timings_ms["agent"] = watch.lap_ms();
  if (plan.wait_ready) awaited.emplace(sandbox.ports, *plan.wait_ready, *agent);
  if (plan.services.empty()) return open_up();
  services.emplace(plan.services, *agent, plan.spec.directory, values_of(plan.secrets));
  sandbox.services = services->states();
  store::write_sandbox(store, sandbox);
}

/// One whose template's keeper has just ended starts from nothing, or loads by itself what it goes on from.
std::unique_ptr<engine::Machine> OwnedSandbox::start_vm() {
  machine_shape = shape_to_save(plan.spec);
  auto copied = plan.spec.vm->keeper ? fetch_template(*plan.spec.vm->keeper) : std::nullopt;
  if (!copied && plan.spec.vm->keeper) plan.sandbox.machine->no_template = "its keeper has just ended";
  if (!copied) plan.sandbox.machine->copied_from.reset();
  if (!copied && plan.spec.vm->saved) copied = engine::load_saved(*plan.spec.vm->saved);
  return engine::start_vm(plan.spec, facts, engine::prepare_bridge(), std::move(copied));
}

void OwnedSandbox::let_in_first_client() {
  if (first_client) agent->hand_over(first_client);
  first_client.close();
}

void OwnedSandbox::open_up() {
  let_in_first_client();
  plan.sandbox.state = "running";
  store::write_sandbox(store, plan.sandbox);
}

/// What can be done while the child is still on its way.
void OwnedSandbox::prepare() {
  record::Sandbox& sandbox = plan.sandbox;
  std::map<std::string, std::string> env = plan.env;
  env.insert(plan.secrets.begin(), plan.secrets.end());
  try {
    agent->set_up({std::move(env), sandbox.workdir, sandbox.user}, machine->cgroup());
  } catch (const Error&) {
    machine->await_start();  // why the child is gone says more than that it is gone
    throw;
  }
  const Fd directory = checked_fd(::open(plan.spec.directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC),
                                  "cannot open the sandbox's directory");
  listener = listen_in(directory);
  if (plan.doors) keeper.emplace(DoorKeeper::start(plan.spec.place));
  sandbox.walls = machine->walls();
  sandbox.agent = identity_of(machine->pid());
  if (plan.ttl) sandbox.expires = rfc3339(wall_now() + *plan.ttl);
  sandbox.log_head = log.append(audit::launched(sandbox));
}

void OwnedSandbox::abandon() {
  machine.reset();
  life::remove_disk(store, plan.spec.id);
  record::Reaped reaped;
  reaped.id = plan.spec.id;
  reaped.ended = "crash";
  if (plan.sandbox.log_head) log.append_regardless(audit::ended(reaped, plan.sandbox.timings_ms));
  store::retire_sandbox(store, ended_record(plan.sandbox, "crash"));
}

void OwnedSandbox::note_fall(std::string_view words) {
  log.append_regardless(audit::failed(Error(ExitCode::failed, visible(words)), plan.spec.id));
}

/// All doors are shut then; the record must not say otherwise.
void OwnedSandbox::lose_doors() {
  hear_refusals();
  keeper.reset();
  plan.sandbox.doors = {};
  plan.sandbox.ports = {};
  store::write_sandbox(store, plan.sandbox);
  log.append_regardless(audit::failed(Error(ExitCode::failed, "the doorman died: all doors and ports are shut"), plan.spec.id));
}

void OwnedSandbox::supply_doorman() {
  if (keeper) keeper->supply(machine->ending(), store);
}

void OwnedSandbox::hear_refusals() {
  if (keeper) book.read(keeper->refusals());
}

/// What listens in a virtual machine is not in the network that its doorman reaches.
void OwnedSandbox::lead_in(const std::vector<doors::Port>& ports) {
  if (!plan.spec.vm) return;
  std::set<std::uint16_t> wanted;
  for (const doors::Port& port : ports)
    if (port.port != doors::kSshPort) wanted.insert(port.port);
  for (const std::uint16_t port : wanted)
    if (!led_.contains(port)) agent->dial(port, doors::make_listener(machine->ending(), port));
  for (const std::uint16_t port : led_)
    if (!wanted.contains(port)) agent->dial(port, Fd());
  led_ = std::move(wanted);
}

void OwnedSandbox::set_ways(doors::Orders orders, std::vector<Fd> listeners) {
  const std::vector<doors::Port> before = keeper ? keeper->orders().ports : std::vector<doors::Port>();
  if (plan.spec.vm && !plan.spec.vm->cable) check_cable(orders.rules);
  lead_in(orders.ports);
  try {
    set_doors(std::move(orders), std::move(listeners));
  } catch (const Error&) {
    lead_in(before);
    throw;
  }
}

void OwnedSandbox::set_doors(doors::Orders orders, std::vector<Fd> listeners) {
  if (keeper) return keeper->command(machine->ending(), std::move(orders), std::move(listeners));
  if (orders.rules.rules.empty() && orders.ports.empty()) return;
  DoorKeeper fresh = DoorKeeper::start(plan.spec.place);
  fresh.command(machine->ending(), std::move(orders), std::move(listeners));
  keeper.emplace(std::move(fresh));
}

/// What the sandbox was, while it still can be counted.
record::Reaped OwnedSandbox::account(const std::string& how) const {
  record::Reaped reaped;
  reaped.id = plan.spec.id;
  reaped.name = plan.sandbox.name;
  reaped.ended = how;
  reaped.usage = machine->usage();
  reaped.freed.processes = reaped.usage->processes.value_or(1);
  reaped.freed.ports = plan.sandbox.ports.size();
  reaped.freed.bytes = reaped.usage->disk_bytes.value_or(0);
  return reaped;
}

record::Reaped OwnedSandbox::finish(const std::string& how) {
  Stopwatch watch;
  listener.close();
  record::Reaped reaped = account(how);
  machine->kill();
  if (keeper) {
    const auto report = keeper->close();
    hear_refusals();
    keeper.reset();
    if (report) book.close(*report);
  }
  // While the kernel takes the namespaces down. Should we die now, recovery writes it again.
  store::write_ended(store, ended_record(plan.sandbox, how, reaped.usage));
  reaped.log_head = log.append_regardless(audit::ended(reaped, plan.sandbox.timings_ms));
  reaped.freed.cgroups = machine->end();
  reaped.timings_ms["kill"] = watch.lap_ms();
  if (plan.spec.disk) disk_ = engine::put_away_disk(plan.spec.disk->path);
  reaped.freed.bytes += store::remove_sandbox(store, plan.sandbox);
  reaped.freed.directories = 1;
  reaped.timings_ms["free"] = watch.lap_ms();
  place.close();
  return reaped;
}

/// What cannot be removed now is found by a sweep.
void OwnedSandbox::remove_disk() {
  try {
    if (disk_) remove_tree(*disk_);
  } catch (const Error&) {
  }
}

}  // namespace sandbox::life
