#pragma once
// Resolver: host names to addresses, by the host's files and name servers (c-ares), without
// threads. Everything that it reads from the disk, it reads when it is made.
#include <ares.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "doors/address.hpp"
#include "loop.hpp"

namespace sandbox::doorman {

class Resolver final : public Loop::Watcher {
 public:
  /// Addresses in the order to try, or why there are none.
  using Answer = std::function<void(std::vector<doors::Address>, const std::string&)>;

  Resolver(Loop& loop, const std::vector<std::string>& servers);
  ~Resolver() override;

  /// Never answers before it returns. The number is for cancel().
  std::uint64_t resolve(const std::string& name, Answer answer);
  void cancel(std::uint64_t query) { waiting_.erase(query); }

  void ready(int fd, std::uint32_t events) override;

 private:
  static void answered(void* query, int status, int timeouts, ares_addrinfo* result);
  static void watched(void* self, ares_socket_t socket, int readable, int writable);
  void read_hosts();
  void arm();
  void finish(std::uint64_t number, std::vector<doors::Address> addresses, const std::string& problem);

  Loop& loop_;
  Timer timer_;
  ares_channel channel_ = nullptr;
  std::multimap<std::string, doors::Address, std::less<>> hosts_;
  std::map<std::uint64_t, Answer> waiting_;
  std::map<int, std::uint32_t> sockets_;
  std::uint64_t number_ = 0;
};

/// IPv6 and IPv4 in turn, IPv6 first (RFC 8305).
std::vector<doors::Address> interleaved(const std::vector<doors::Address>& addresses);

}  // namespace sandbox::doorman
