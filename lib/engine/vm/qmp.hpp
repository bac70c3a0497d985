#pragma once
// Qmp: QEMU's monitor, asked one thing after the other (QEMU: docs/interop/qmp-spec.txt). QEMU ran a guest,
// so what it says is bounded and not believed further than its answer.
#include <chrono>
#include <string>

#include "base/fd.hpp"
#include "record/json.hpp"

namespace sandbox::engine {

class Qmp {
 public:
  /// Waits for its greeting. Throws Error when it does not come, as execute() does.
  explicit Qmp(Fd socket);
  /// One that was greeted and given orders before: what it says of those is passed over.
  static Qmp resume(Fd socket);

  /// The command's `return`. A descriptor goes along, for those that take one.
  Json execute(const std::string& command, const Json& arguments = Json::object(), int descriptor = -1);

  /// Saves all but the memory, which is a file that the machine shares. The machine stands still then.
  void save(const Fd& state);
  /// Stops the machine and saves all but the memory, whoever has that. It stands still then, until order_on(). QEMU 7.2 saves a
  /// machine with private memory no other way without that memory, and this way without a head (its configuration).
  void save_devices(const Fd& state);
  /// It goes on; nobody waits for the answer.
  static void order_on(const Fd& socket) noexcept;
  /// What is to stand on the monitor of a machine before it starts, so that it can be given orders later: nobody
  /// need wait for its answers.
  static void order_nothing(const Fd& socket);
  enum class State { whole, headless };
  /// The same for one that waits for its state.
  static void order_copy(const Fd& socket, const Fd& state, State how);

 private:
  struct Greeted {};
  Qmp(Fd socket, Greeted) : socket_(std::move(socket)) {}
  void remove_saves();
  Json next(std::chrono::steady_clock::time_point deadline);
  std::string line(std::chrono::steady_clock::time_point deadline);
  Fd socket_;
  std::string received_;
  std::uint64_t last_ = 0;  // number of our commands, beginning somewhere
};

}  // namespace sandbox::engine
