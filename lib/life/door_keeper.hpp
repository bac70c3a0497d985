#pragma once
// Door keeper: the supervisor's side of the doorman: starts it, has the sockets made inside,
// gives it its orders. When one goes, so does the other.
#include "base/child.hpp"
#include "doors/orders.hpp"

namespace sandbox::life {

class DoorKeeper {
 public:
  /// Starts the doorman of the sandbox in `place`; it writes refusals to doors.log in the
  /// sandbox's directory, and loads while the sandbox is made.
  static DoorKeeper start(const Path& directory, int place);

  /// The first orders. `process` is PID 1 inside, in its network.
  void open(const Fd& process, doors::Orders orders);
  /// Later ones: sockets are made for ports that are new.
  void change(const Fd& process, doors::Rules rules);

  /// Readable once the doorman is gone.
  const Fd& ending() const { return doorman_.pidfd(); }
  const doors::Rules& rules() const { return orders_.rules; }

 private:
  DoorKeeper(Child doorman, Fd control, int place) : doorman_(std::move(doorman)), control_(std::move(control)), place_(place) {}
  void command(const std::vector<Fd>& sockets);

  Child doorman_;
  Fd control_;
  int place_;
  doors::Orders orders_;
};

inline constexpr const char* kRefusals = "doors.log";

}  // namespace sandbox::life
