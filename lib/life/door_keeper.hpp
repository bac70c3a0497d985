#pragma once
// Door keeper: the supervisor's side of the doorman: starts it, has the sockets made inside,
// gives it its orders. When one goes, so does the other.
#include <optional>

#include "base/child.hpp"
#include "doors/orders.hpp"
#include "doors/report.hpp"
#include "doors/sockets.hpp"
#include "store/store.hpp"

namespace sandbox::life {

class DoorKeeper {
 public:
  /// Starts the doorman of the sandbox in `place`; it loads while the sandbox is made.
  static DoorKeeper start(int place);

  /// What holds from now on. `process` is PID 1 inside, in its network; sockets are made there for
  /// doors that are new. `listeners` are sockets of the host, one for each port that is new.
  void command(const Fd& process, doors::Orders orders, std::vector<Fd> listeners = {});
  /// The doorman wants sockets that connect inside, or to know where another sandbox's port is.
  void supply(const Fd& process, const store::Store& store);

  /// No more doors: what went through them, if the doorman still says so.
  std::optional<doors::Report> close();

  /// Where the doorman writes each refusal as a line, before whoever is refused knows of it.
  const Fd& refusals() const { return refusals_; }
  /// Readable once the doorman is gone.
  const Fd& ending() const { return doorman_.pidfd(); }
  /// Readable when it wants sockets.
  const Fd& wants() const { return supply_; }
  const doors::Orders& orders() const { return orders_; }

 private:
  DoorKeeper(Child doorman, Fd control, Fd refusals, Fd supply, int place)
      : doorman_(std::move(doorman)), control_(std::move(control)), refusals_(std::move(refusals)), supply_(std::move(supply)), place_(place) {}
  doors::Sockets fresh_sockets(const Fd& process, const doors::Rules& rules);

  Child doorman_;
  Fd control_;
  Fd refusals_;
  Fd supply_;
  int place_;
  bool has_ground_ = false;  ///< names and proxy are there
  doors::Orders orders_;
};

}  // namespace sandbox::life
