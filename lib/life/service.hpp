#pragma once
// Service: one program that runs as long as its sandbox: its process, whether it is ready, and
// what happens when it ends. It never waits; Services says when it may begin and must stop.
#include <memory>
#include <optional>

#include "life/exchange.hpp"
#include "life/ready_check.hpp"
#include "life/service_log.hpp"

namespace sandbox::life {

class Service : private Wiring {
 public:
  /// `directory`: the sandbox's own, for the log.
  Service(record::Service what, AgentLink& agent, const Path& directory, const std::vector<std::string>& secrets);

  const record::Service& what() const { return what_; }
  const record::ServiceState& state() const { return state_; }
  const ServiceLog& log() const { return log_; }

  bool is_waiting() const { return state_.state == "waiting"; }
  bool was_ready() const { return was_ready_; }
  /// It will not run again.
  bool is_over() const { return state_.state == "ended" || state_.state == "failed"; }
  /// Why its last process ended, or could not start: "ended with status 3".
  const std::string& cause() const { return cause_; }
  /// Not ready in its time, the first time.
  bool is_late() const { return late_; }

  void begin(SteadyTime now);
  /// SIGTERM; from now on it is not started again.
  void stop();

  void add_waits(std::vector<pollfd>& waits);
  void step(const std::vector<pollfd>& waits, std::size_t& at, SteadyTime now);
  /// When step() is to be called although nothing has happened.
  std::optional<SteadyTime> next() const;

 private:
  std::unique_ptr<OutputFlow> output(const Fd& source, int) override { return std::make_unique<LogFlow>(source, log_); }
  std::unique_ptr<InputFlow> input(Fd, bool) override { return nullptr; }
  void step_process(const std::vector<pollfd>& waits, std::size_t first);
  void step_check(const std::vector<pollfd>& waits, std::size_t first);
  void look_for_readiness(SteadyTime now);
  void become_ready();
  void on_end(SteadyTime now, bool succeeded, std::string cause);

  const record::Service what_;
  AgentLink& agent_;
  ServiceLog log_;
  Request request_;
  record::ServiceState state_;
  std::string cause_;
  bool was_ready_ = false;
  bool late_ = false;
  bool stopping_ = false;
  int failures_ = 0;  ///< in a row, each soon after its start
  SteadyTime started_{}, deadline_{}, next_check_{}, restart_{};
  std::chrono::milliseconds check_every_{};
  std::size_t process_waits_ = 0, check_waits_ = 0;
  std::unique_ptr<Exchange> process_;
  std::unique_ptr<ReadyCheck> check_;
};

}  // namespace sandbox::life
