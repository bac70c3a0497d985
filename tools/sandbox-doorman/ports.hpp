#pragma once
// Ports: the published ports of one sandbox: listens on sockets of the host, lets in as many as may
// come, and refuses a flood at little cost.
#include <list>
#include <map>
#include <memory>
#include <string>

#include "accesses.hpp"
#include "arrival.hpp"
#include "doors/port.hpp"

namespace sandbox::doorman {

class Ports final : public Loop::Watcher {
 public:
  Ports(House& house, Supply& supply, Accesses& accesses) : house_(house), supply_(supply), accesses_(accesses) {}
  ~Ports() override;

  /// The listening socket of a port that the house's orders now have.
  void take_socket(const std::string& name, Fd socket);
  /// Shuts those that the orders no longer have.
  void follow();
  void tell(doors::Report& report) const;

  void ready(int fd, std::uint32_t events) override;

 private:
  struct Port {
    doors::Port what;
    Fd listener;
    double tokens;
    Clock::time_point filled;
    record::Passage passage{};
    std::uint64_t refused = 0;
    std::unique_ptr<Timer> pause{};
    std::list<std::unique_ptr<Arrival>> arrivals{};
  };
  void close(Port& port);
  void admit(Port& port, Fd socket, const std::string& peer);
  void refuse(Port& port, const Fd& socket, const std::string& why);
  void pause(Port& port);
  static bool take_token(Port& port);
  static record::PortUse use_of(const Port& port);

  House& house_;
  Supply& supply_;
  Accesses& accesses_;
  std::map<std::string, Port> ports_;  ///< by the name of their socket
  std::vector<record::PortUse> closed_;
  std::uint64_t open_ = 0;
};

}  // namespace sandbox::doorman
