#pragma once
// Doorman: listens inside one sandbox, connects outside, and keeps to the rules that its
// supervisor gives. When the supervisor is gone, so is everything here.
#include <list>
#include <map>
#include <memory>

#include "house.hpp"
#include "names.hpp"
#include "ports.hpp"
#include "visit.hpp"

namespace sandbox::doorman {

class Doorman final : public Loop::Watcher {
 public:
  /// What it has of the host; borrowed.
  struct Tools {
    Loop& loop;
    Resolver& resolver;
    Refusals& refusals;
    Accesses& accesses;
    Supply& supply;
  };
  Doorman(Tools tools, Fd control);
  ~Doorman() override;

  /// Replaces all rules: listens where they need it, ends what they no longer allow.
  void follow(doors::Orders orders, std::vector<Fd> sockets);

  void ready(int fd, std::uint32_t events) override;

 private:
  void hear_supervisor();
  void say_goodbye();
  void take_socket(const std::string& name, Fd socket);
  void forget_ports_without_rules();
  void welcome(int listener);
  void admit(Fd socket, Visit::Entrance entrance);
  bool take_token();
  void pause();
  void listen_again();
  void end_what_is_shut();

  House house_;
  Fd control_;
  std::unique_ptr<Names> names_;
  Fd proxy_;
  std::map<std::uint16_t, Fd> ports_;
  std::list<std::unique_ptr<Visit>> visits_;
  double tokens_ = 0;
  Clock::time_point filled_ = Clock::now();
  Timer pause_;
  Ports published_;
  bool follows_ = false;  ///< had orders
};

}  // namespace sandbox::doorman
