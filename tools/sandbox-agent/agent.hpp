#pragma once
// Agent: PID 1 inside a sandbox. One thread, one poll(2); the control socket to the
// supervisor, a table of clients, a table of commands. When the control socket closes the
// agent leaves, and the kernel ends everything in the PID namespace with it.
#include <poll.h>

#include "buffer.hpp"
#include "commands.hpp"
#include "connection.hpp"
#include "control.hpp"
#include "guests.hpp"

namespace sandbox::agent {

class Agent {
 public:
  static constexpr std::size_t kMostClients = 128;

  Agent(Handle control, Handle child_signals)
      : control_(std::move(control)), child_signals_(std::move(child_signals)) {}

  /// Waits for `setup` and answers `ready`; false when it is malformed or never comes.
  bool set_up();
  /// Returns when the supervisor is gone.
  void run();

 private:
  bool receive_control();
  bool take_setup(Buffer buffer, ControlFrame& frame);
  void welcome_guest();
  void add_client(Handle socket, bool own);
  void serve(Connection& client);
  void answer(Connection& client, wire::Kind kind, std::string_view payload);
  void start(Connection& client, wire::Kind kind, const Request& request);
  void attach(Connection& client, const Request& request);
  void send_signal(Connection& client, const Request& request);
  void list(Connection& client);
  void fail(Connection& client, wire::Step step, int error);
  void tell_news();
  void tell_end(Connection& client, const Command& command);
  void sweep_clients();
  void report_activity();
  bool send_control(std::string_view frame);

  Handle control_;
  Handle child_signals_;
  Buffer setup_;  ///< the sandbox's defaults point into it
  Commands commands_;
  Connection* clients_[kMostClients] = {};
  std::uint64_t reported_ = 0;
  Guests guests_;
  bool stuck_ = false;   ///< the supervisor must end the sandbox
  bool unsaid_ = false;  ///< the control socket was full
};

}  // namespace sandbox::agent
