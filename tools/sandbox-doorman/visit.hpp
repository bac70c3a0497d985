#pragma once
// Visit: one connection from inside, from its first byte to its end. It names its target by
// the address that it was made to, or to the proxy in words; shows by its ClientHello that it
// means it; then the name is resolved, every address judged, and the bytes move.
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "dial.hpp"
#include "doors/client_hello.hpp"
#include "doors/http_head.hpp"
#include "doors/http_requests.hpp"
#include "house.hpp"

namespace sandbox::doorman {

class Visit final : public Loop::Watcher {
 public:
  enum class Entrance { door, proxy };
  static constexpr std::chrono::milliseconds kPatience{10'000};  ///< with a client that says nothing

  /// `address` and `port` are those inside that it was made to.
  Visit(House& house, Fd inside, Entrance entrance, std::uint32_t address, std::uint16_t port, std::function<void()> ended);
  ~Visit() override;

  void start();
  void ready(int fd, std::uint32_t events) override;

  /// Doors have changed: this one may be shut now.
  bool is_still_allowed() const;
  void shut();

 private:
  enum class Stage { request, hello, first_request, outward, elsewhere };

  void read_request();
  void wait_for(Stage stage, const char* what);
  void read_hello();
  void read_first_request();
  bool receive();
  void open_door(const std::string& name, std::uint16_t port);
  void judge_hello();
  void judge_requests();
  void resolve();
  void dial_peer(const doors::Peer& peer);
  void dial(std::vector<doors::Address> addresses, const std::string& problem);
  void dial_proxy(std::vector<doors::Address> addresses, const std::string& problem);
  void connected(Fd outside, const std::string& problem);
  void greet_outward();
  void read_outward();
  void move_bytes(std::string from_outside);

  struct Why {
    const char* reason;
    std::string text;
    std::optional<std::string> allow;
    int status = 403;  ///< for a client that speaks HTTP with us
  };
  void refuse(const Why& why);
  void end();

  House& house_;
  Fd inside_, outside_;
  Entrance entrance_;
  Stage stage_ = Stage::elsewhere;
  std::uint32_t address_;
  std::uint16_t port_;
  std::string name_;
  doors::Rules::Door door_;
  std::string received_;
  std::string from_outside_;
  std::optional<doors::HttpHead> request_;  ///< in absolute form: passed on, not a tunnel
  bool tells_status_ = false;
  doors::ClientHello hello_;
  std::optional<doors::HttpRequests> requests_;  ///< on a door for HTTP
  Timer patience_;
  std::optional<std::uint64_t> query_;
  std::optional<std::uint64_t> search_;
  std::unique_ptr<Dial> dial_;
  record::Passage* passage_ = nullptr;  ///< the house's, once there is a connection
  std::unique_ptr<Pump> pump_;
  std::function<void()> ended_;
};

}  // namespace sandbox::doorman
