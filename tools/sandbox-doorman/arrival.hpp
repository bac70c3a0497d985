#pragma once
// Arrival: one connection from outside to a published port: a socket inside is connected to the
// port there, where a server may listen on one of several addresses; then the bytes move.
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "house.hpp"
#include "supply.hpp"

namespace sandbox::doorman {

class Arrival final : public Loop::Watcher {
 public:
  static constexpr std::chrono::milliseconds kPatience{10'000};  ///< with a port inside that does not answer

  /// What the port's others have, too; borrowed.
  struct Way {
    House& house;
    Supply& supply;
    std::uint16_t port;
    record::Passage& passage;
  };
  /// How it began: empty, or why it led nowhere. Called once, before it ends.
  using Begun = std::function<void(const std::string&)>;

  Arrival(Way way, Fd outside, Begun begun, std::function<void()> ended);
  ~Arrival() override;

  void start();
  void ready(int fd, std::uint32_t events) override;
  /// The port is shut: both sides see a reset.
  void shut();

 private:
  void try_next();
  void connect(Fd socket);
  void on_connected();
  void fail(const std::string& why);
  void move_bytes();
  void end();

  Way way_;
  Fd outside_, inside_;
  std::size_t next_ = 0;  ///< of the addresses inside
  std::optional<std::uint64_t> taking_;
  Timer patience_;
  std::unique_ptr<Pump> pump_;
  Begun begun_;
  std::function<void()> ended_;
};

}  // namespace sandbox::doorman
