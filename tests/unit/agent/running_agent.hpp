#pragma once
// RunningAgent: the real agent as PID 1 of namespaces that unshare(1) makes, with this process
// in the role of its supervisor. No engine, no walls: only what the agent itself does.
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/child.hpp"
#include "base/fd.hpp"
#include "bridges.hpp"
#include "life/execute.hpp"

namespace sandbox::test {

/// How commands are killed.
enum class Killing { reaper, cgroup };

/// How it is reached: by its control socket, or through a bridge as in a virtual machine.
enum class Reach { direct, bridged };

class RunningAgent {
 public:
  explicit RunningAgent(Killing killing, Reach reach = Reach::direct);
  ~RunningAgent();

  /// False where this host lets us make no cgroup.
  static bool can(Killing killing);

  /// A client's socket on which nothing was said yet.
  Fd connect();
  /// Waits until all that was connected is in the agent's hands alone.
  void settle() { waiters_.clear(); }
  life::Target target() { return {connect(), {}, {}}; }

  /// A shell command's captured outcome.
  record::CommandOutcome run(const std::string& script, life::Request request = {});
  /// How many processes of that name live inside.
  int count(const std::string& name);

  const Fd& control() const { return control_; }
  Bridges& bridges() { return *bridges_; }
  void hang_up() { control_.close(); }
  bool ends_within(std::chrono::milliseconds time);

 private:
  void hand_over(Fd connection);
  std::unique_ptr<Child> process_;
  std::unique_ptr<Bridges> bridges_;
  Fd control_;
  std::string cgroup_;
  std::vector<std::jthread> waiters_;  // of connect(): each has a descriptor until the agent has it
};

}  // namespace sandbox::test
