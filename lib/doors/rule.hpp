#pragma once
// Rule: one permitted way out, as people write it. HOST is port 443 with TLS for that name;
// HOST:PORT[,PORT] other ports; /raw anything on them; *.example.org every name below; open
// every public name on 80, 443 and 22.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "doors/address.hpp"

namespace sandbox::doors {

struct Rule {
  enum class Names { one, below, any };
  Names names = Names::one;
  std::string host;  ///< of `below`: without "*."
  std::vector<std::uint16_t> ports;
  bool raw = false;          ///< no look at what is said on 443
  bool private_too = false;  ///< may lead to private addresses: the host's own mirrors do

  bool covers(std::string_view name) const;
  bool operator==(const Rule&) const = default;
};

/// Throws Error(input) with what is wrong. A wildcard on a public suffix is refused.
Rule parse_rule(std::string_view text);

/// As parse_rule() reads it.
std::string rule_text(const Rule& rule);

/// All that is permitted at a time.
struct Rules {
  static constexpr std::size_t kMost = 256;  ///< rules and blocks, each
  static constexpr std::size_t kMostPorts = 64;

  std::vector<Rule> rules;
  std::vector<Block> blocks;

  /// Some door has this name, whatever the port.
  bool covers(std::string_view name) const;

  struct Door {
    bool raw = false;
    bool private_too = false;
  };
  std::optional<Door> door(std::string_view name, std::uint16_t port) const;
  Consent consent(const Door& door) const { return {door.private_too, blocks}; }

  /// Every port of every rule, sorted, once. Throws Error(input) when there are too many.
  std::vector<std::uint16_t> ports() const;
};

/// The rule that would have let this through: for the hint of a refusal.
std::string rule_for(std::string_view name, std::uint16_t port);

}  // namespace sandbox::doors
