#pragma once
// Dial: connects to the first of several addresses that answers. The next one is tried when one
// fails, or after a quarter of a second beside it (RFC 8305).
#include <functional>
#include <string>
#include <vector>

#include "doors/address.hpp"
#include "loop.hpp"

namespace sandbox::doorman {

class Dial final : public Loop::Watcher {
 public:
  static constexpr std::size_t kMostAddresses = 8;
  static constexpr std::chrono::milliseconds kStagger{250}, kPatience{30'000};

  /// A connected socket, or an empty one and why. Called once, never before the constructor is done.
  using Done = std::function<void(Fd, const std::string&)>;

  Dial(Loop& loop, std::vector<doors::Address> addresses, std::uint16_t port, Done done);
  ~Dial() override;

  void ready(int fd, std::uint32_t events) override;

 private:
  void try_next();
  void give_up(const std::string& why);
  void drop(std::size_t attempt);
  void finish(Fd connected, const std::string& why);

  Loop& loop_;
  Timer stagger_, patience_;
  std::vector<doors::Address> addresses_;
  std::size_t next_ = 0;
  std::uint16_t port_;
  Done done_;
  std::vector<Fd> attempts_;
  std::string last_problem_ = "no address";
};

}  // namespace sandbox::doorman
