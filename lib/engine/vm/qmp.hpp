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

  /// The command's `return`. A descriptor goes along, for those that take one.
  Json execute(const std::string& command, const Json& arguments = Json::object(), int descriptor = -1);

  /// Saves all but the memory, which is a file that the machine shares. The machine stands still then.
  void save(const Fd& state);
  /// What is to stand on the monitor of a machine that waits for its state, before it starts: nobody
  /// need wait for its answers.
  static void order_copy(const Fd& socket, const Fd& state);

 private:
  Json next();
  std::string line();
  Fd socket_;
  std::string received_;
};

}  // namespace sandbox::engine
