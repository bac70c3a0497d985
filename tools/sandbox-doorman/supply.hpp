#pragma once
// Supply: sockets of the sandbox's network that wait to be connected, a few at a time. We cannot go
// there to make one; the supervisor has them made when we ask.
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "doors/supply.hpp"
#include "loop.hpp"

namespace sandbox::doorman {

class Supply final : public Loop::Watcher {
 public:
  enum class Family { four, six };
  /// A socket, or an empty one: there is none of this family.
  using Taken = std::function<void(Fd)>;

  Supply(Loop& loop, Fd channel);
  ~Supply() override;

  /// From the first port on, some are kept ready.
  void begin();

  /// Never answers before it returns. The number is for cancel().
  std::uint64_t take(Family family, Taken taken);
  void cancel(std::uint64_t number);

  /// Where a port of another sandbox is; an empty address: nowhere. The number is for cancel(), too.
  using Found = std::function<void(const doors::Peer&)>;
  std::uint64_t find(const std::string& name, std::uint16_t port, Found found);

  void ready(int fd, std::uint32_t events) override;

 private:
  struct Shelf {
    std::vector<Fd> sockets;
    std::map<std::uint64_t, Taken> waiting;
    std::size_t ordered = 0;
    std::size_t kept = 0;  ///< ready for those to come
  };
  Shelf& shelf(Family family) { return family == Family::four ? four_ : six_; }
  void hand_out();
  static void hand_out(Shelf& shelf);
  void order();

  Loop& loop_;
  Fd channel_;
  struct Search {
    std::string name;
    std::uint16_t port;
    Found found;
  };
  void tell(const doors::Peer& peer);
  Shelf four_, six_;
  std::map<std::uint64_t, Search> searches_;
  std::uint64_t number_ = 0;
  bool handing_out_ = false;
};

}  // namespace sandbox::doorman
