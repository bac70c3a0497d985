#pragma once
// Exchange: one command's conversation with the agent, from the request to the end, without
// ever waiting: several can share one poll(2).
#include <poll.h>

#include <memory>
#include <optional>
#include <vector>

#include "life/connection.hpp"
#include "life/flow.hpp"
#include "life/judge.hpp"
#include "life/request.hpp"

namespace sandbox::life {

/// Where a command's output goes and its input comes from. A null flow is not made.
class Wiring {
 public:
  virtual ~Wiring() = default;
  virtual std::unique_ptr<OutputFlow> output(const Fd& source, int number) = 0;  ///< 1, 2
  virtual std::unique_ptr<InputFlow> input(Fd sink, bool is_terminal) = 0;
};

class Exchange {
 public:
  /// Sends the request. `connection`: a socket of the sandbox on which nothing was said yet.
  Exchange(Fd connection, const Request& request, Wiring& wiring);

  void add_waits(std::vector<pollfd>& waits);
  /// Looks at the entries that add_waits() added, from `first` on.
  void step(const std::vector<pollfd>& waits, std::size_t first);
  /// Nothing moved for kQuiet: a terminal that nobody closes is over then.
  void on_quiet();
  static constexpr int kQuietMs = 50;
  bool wants_quiet() const { return over_ && !done() && terminal_; }
  bool done() const;
  int pid() const { return pid_; }  ///< inside; 0 until it was started

  /// Kills it with all its descendants.
  void cancel();
  void signal(int number);
  void resize(const wire::TerminalSize& size);

  const CommandEnd& end() const { return end_; }
  OutputFlow* output(int number) const { return outputs_[number - 1].get(); }

 private:
  void take(Frame frame);
  void connect(std::vector<Fd> descriptors);
  void check_output_limit();
  void finish();
  Connection connection_;
  const Request& request_;
  Wiring& wiring_;
  std::unique_ptr<InputFlow> input_;
  std::unique_ptr<OutputFlow> outputs_[2];
  std::size_t waits_ = 0;
  bool terminal_ = false;
  bool over_ = false;
  int pid_ = 0;
  CommandEnd end_;
};

/// What a frame `started` says.
int pid_of(const Frame& started);

/// The frame `execute`.
std::string execute_frame(const Request& request, const wire::TerminalSize& size);

}  // namespace sandbox::life
