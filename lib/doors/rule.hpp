#pragma once
// Rule: one permitted way out, as people write it. HOST is port 443 with TLS for that name;
// HOST:PORT[,PORT] other ports, with HTTP for that name on 80; /raw anything on them; /ech a
// ClientHello with an encrypted part; *.example.org every name below; open every public name on
// 80, 443 and 22; sandbox:NAME:PORT a published port of another sandbox, as NAME.sandbox.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "doors/address.hpp"

namespace sandbox::doors {

inline constexpr std::string_view kPeerDomain = ".sandbox";

struct Rule {
  enum class Names { one, below, any };
  Names names = Names::one;
  std::string host;  ///< of `below`: without "*."
  std::vector<std::uint16_t> ports;
  bool raw = false;          ///< no look at what is said on 443 and 80
  bool ech = false;          ///< a ClientHello may hide another name behind the one it shows
  bool private_too = false;  ///< may lead to private addresses: the host's own mirrors do
  bool peer = false;         ///< another sandbox: `host` is its name and kPeerDomain

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

  /// What is looked at before the first byte goes on.
  enum class Look { nothing, client_hello, requests };
  struct Door {
    Look look = Look::nothing;
    bool ech = false;
    bool private_too = false;
    bool peer = false;
  };
  std::optional<Door> door(std::string_view name, std::uint16_t port) const;
  Consent consent(const Door& door) const { return {door.private_too, blocks}; }

  /// Every port of every rule, sorted, once. Throws Error(input) when there are too many.
  std::vector<std::uint16_t> ports() const;
};

/// The rule that would have let this through: for the hint of a refusal.
std::string rule_for(std::string_view name, std::uint16_t port);

}  // namespace sandbox::doors
