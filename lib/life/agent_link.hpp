#pragma once
// AgentLink: the supervisor's half of the control socket. Datagrams, so nothing is ever half
// read; what comes from the agent is hostile.
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "wire/frame.hpp"

namespace sandbox::life {

struct Setup {
  std::map<std::string, std::string> env;
  std::string directory;
  std::string user;
};

class AgentLink {
 public:
  explicit AgentLink(const Fd& control) : control_(control.get()) {}

  /// Sends the defaults of every command, with the cgroup directory unless it is -1.
  void set_up(const Setup& setup, int cgroup);

  /// Waits for `ready`; throws when the agent is gone or silent for so long.
  void await_ready(std::chrono::seconds patience);

  /// Hands a client's connection over. False when the agent takes no more just now.
  bool hand_over(const Fd& client);

  /// Each connection to the listener, a socket made inside, is stdin and stdout of such a command.
  void serve(const std::vector<std::string>& argv, const Fd& listener);

  /// In a virtual machine only: each connection to the listener, a socket of the network around it,
  /// becomes one to a port inside, or ends. Without one: no more.
  void dial(std::uint16_t port, const Fd& listener);

  /// A connection of our own, for commands that are no activity. Throws when the agent takes none.
  Fd connect();

  /// Ours are spared.
  void terminate_commands();

  struct News {
    wire::Kind kind;
    std::uint64_t number = 0;
    wire::Gauge gauge{};  ///< of Kind::gauge
    std::string text;     ///< of Kind::fallen
  };
  /// One datagram; nothing when none is waiting or it makes no sense.
  std::optional<News> next();

 private:
  int control_;  // borrowed from the machine
};

}  // namespace sandbox::life
