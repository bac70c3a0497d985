#pragma once
// OwnedSandbox: what a supervisor owns, from the plan to the proof that nothing is left. How it
// starts, how its doors change and how it ends; who asks for that is the supervisor's matter.
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "audit/log.hpp"
#include "engine/container/container.hpp"
#include "life/agent_link.hpp"
#include "life/door_book.hpp"
#include "life/door_keeper.hpp"
#include "life/life_span.hpp"
#include "life/plan.hpp"
#include "life/ports_ready.hpp"
#include "life/services.hpp"
#include "record/image.hpp"
#include "record/reaped.hpp"
#include "store/store.hpp"

namespace sandbox::life {

struct OwnedSandbox {
  OwnedSandbox(ReceivedPlan received, engine::HostFacts host);

  /// Returns when its agent is ready and its services, if it has any, are about to begin.
  void start(Fd program);
  /// All of it is ready: its record is written, and the first client let in.
  void open_up();
  /// After a start that failed.
  void abandon();
  /// Takes it down; returns what that freed. Its disk is out of the way then, not yet removed.
  record::Reaped finish(const std::string& how);
  void remove_disk();

  /// Its doors and ports, from now on; `listeners` are of the ports that are new. Throws Error when
  /// they cannot be set so; then they are as they were.
  void set_ways(doors::Orders orders, std::vector<Fd> listeners);
  /// Its virtual machine came down, with these last words: a panic of its kernel, or QEMU's own.
  void note_fall(std::string_view words);
  /// Its doorman died.
  void lose_doors();
  /// Its doorman may want sockets of the network inside.
  void supply_doorman();
  /// Its doorman may have refused something.
  void hear_refusals();

  Plan plan;
  engine::HostFacts facts;
  Fd place;  ///< held for life: the lock says that we live
  Fd first_client;
  store::Store store;
  audit::Log log;
  std::unique_ptr<engine::Machine> machine;
  std::optional<record::SavedMachine> machine_shape;  ///< of a virtual machine, as it was started
  std::unique_ptr<AgentLink> agent;
  std::optional<Services> services;
  std::optional<PortsReady> awaited;  ///< until something listens on its ports
  std::optional<DoorKeeper> keeper;  ///< dropping it ends the doorman
  DoorBook book;
  LifeSpan span;
  std::size_t copiers = 0;  ///< of its files, for whom it stands still
  Fd listener;

 private:
  std::vector<Fd> listeners_;  // of the ports, until the doorman has them
  std::optional<Path> disk_;  // put away
  std::set<std::uint16_t> led_;  // ports of a virtual machine
  void prepare();
  void set_doors(doors::Orders orders, std::vector<Fd> listeners);
  void lead_in(const std::vector<doors::Port>& ports);
  std::unique_ptr<engine::Machine> start_vm();
  void let_in_first_client();
  record::Reaped account(const std::string& how) const;
};

}  // namespace sandbox::life
