#pragma once
// Lives: what must be remembered of a sandbox from one entry of the log to the next, until it
// ends. Ends can be lost with the machine, so there is a most of them: the oldest go first.
#include <array>
#include <bitset>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

#include "base/clock.hpp"

namespace sandbox::tool {

enum class AccessKind { run, command, copy, port, ssh };
inline constexpr std::array<const char*, 5> kAccessKinds = {"run", "command", "copy", "port", "ssh"};

/// Of one port, as far as it was counted when it happened.
struct PortSeen {
  std::uint64_t connections = 0, refused = 0;
};

struct Life {
  std::string id;
  std::optional<WallTime> launched;  ///< nothing: that was dropped from the log
  std::bitset<kAccessKinds.size()> accessed;
  std::set<std::size_t> refused;  ///< digests of what had an entry already
  std::map<std::uint16_t, PortSeen> ports;
};

class Lives {
 public:
  static constexpr std::size_t kMost = 10'000;

  /// Makes it when it is new.
  Life& of(const std::string& id);

  /// Nothing when its launch is not in the log, or its end is.
  Life* find(const std::string& id) {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : &*found->second;
  }

  /// False when it had ended before: recovery says it again after a supervisor that died at its end.
  bool end(const std::string& id);

  bool has_ended(const std::string& id) const { return ended_.contains(id); }

  std::size_t size() const { return lives_.size(); }

 private:
  std::list<Life> lives_;  ///< oldest first
  std::unordered_map<std::string, std::list<Life>::iterator> by_id_;
  std::deque<std::string> ended_order_;  ///< the last ones
  std::set<std::string> ended_;
};

}  // namespace sandbox::tool
