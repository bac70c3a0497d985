#pragma once
// Door keeper: the supervisor's side of the doorman: starts it, has the sockets made inside,
// gives it its orders. When one goes, so does the other.
#include <optional>

#include "base/child.hpp"
#include "doors/orders.hpp"
#include "doors/report.hpp"

namespace sandbox::life {

class DoorKeeper {
 public:
  /// Starts the doorman of the sandbox in `place`; it loads while the sandbox is made.
  static DoorKeeper start(int place);

  /// The first orders. `process` is PID 1 inside, in its network.
  void open(const Fd& process, doors::Orders orders);
  /// Later ones: sockets are made for ports that are new.
  void change(const Fd& process, doors::Rules rules);

  /// No more doors: what went through them, if the doorman still says so.
  std::optional<doors::Report> close();

  /// Where the doorman writes each refusal as a line, before whoever is refused knows of it.
  const Fd& refusals() const { return refusals_; }
  /// Readable once the doorman is gone.
  const Fd& ending() const { return doorman_.pidfd(); }
  const doors::Rules& rules() const { return orders_.rules; }

 private:
  DoorKeeper(Child doorman, Fd control, Fd refusals, int place)
      : doorman_(std::move(doorman)), control_(std::move(control)), refusals_(std::move(refusals)), place_(place) {}
  void command(const std::vector<Fd>& sockets);

  Child doorman_;
  Fd control_;
  Fd refusals_;
  int place_;
  doors::Orders orders_;
};

}  // namespace sandbox::life
