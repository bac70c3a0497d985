#pragma once
// Services: all services of one sandbox, in their order: each begins when those that it comes
// after are ready, and stops when those that come after it have ended.
#include <list>

#include "base/error.hpp"
#include "life/service.hpp"

namespace sandbox::life {

class Services {
 public:
  /// Begins those that come after nobody.
  Services(const std::vector<record::Service>& all, AgentLink& agent, const Path& directory,
           const std::vector<std::string>& secrets);

  /// Every one was ready once.
  bool ready() const;
  /// Why that will never be, with what the service wrote last; for the launcher.
  std::optional<Error> trouble() const;

  std::vector<record::ServiceState> states() const;
  struct Death {
    std::string name, cause;
  };
  /// Those that have ended for good in a bad way since it was asked last.
  std::vector<Death> take_deaths();

  void stop();
  bool stopped() const;

  /// Milliseconds until step() is due, -1: not before something happens.
  int wait_ms() const;
  void add_waits(std::vector<pollfd>& waits);
  void step(const std::vector<pollfd>& waits, std::size_t first);

 private:
  void begin_next(SteadyTime now);
  void stop_next();
  const Service& named(const std::string& name) const;
  struct Member {
    Service service;
    bool told_to_stop = false;
    bool told_dead = false;
  };
  std::list<Member> members_;  // a list: each is borrowed by its own exchange
  bool stopping_ = false;
};

}  // namespace sandbox::life
