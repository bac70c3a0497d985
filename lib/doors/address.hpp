#pragma once
// Address: an IP address of either family and what may be reached there. An IPv4 address in the
// disguise of an IPv6 one is judged as what it means. Special-purpose blocks are those of IANA;
// the addresses where clouds keep the keys of their machines are never dialled, by nobody's leave.
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sandbox::doors {

struct Address {
  std::array<std::uint8_t, 16> bytes{};  ///< IPv4: the first four
  bool six = false;

  std::size_t size() const { return six ? 16 : 4; }
  bool operator==(const Address&) const = default;
};

/// Dotted or with colons; nothing for anything else, names and zones included.
std::optional<Address> parse_address(std::string_view text);
std::string address_text(const Address& address);

/// For connect(2); `length` gets the size.
sockaddr_storage socket_address(const Address& address, std::uint16_t port, socklen_t& length);
std::optional<Address> address_of(const sockaddr_storage& socket);
std::uint16_t port_of(const sockaddr_storage& socket);

enum class Reach {
  everybody,  ///< a public address
  consent,    ///< private, the host itself, documentation: only when the caller says so
  nobody,     ///< metadata, link-local, multicast, our own doors
};
Reach reach_of(const Address& address);

/// "10.0.0.0/8"; throws Error(input), also on bits beyond the length.
struct Block {
  Address first;
  unsigned length = 0;

  bool holds(const Address& address) const;
};
Block parse_block(std::string_view text);

/// What the caller consents to: every private address, for the mirrors that the host itself is
/// configured with, or those of some blocks.
struct Consent {
  bool to_all_private = false;
  std::span<const Block> blocks;
};
bool may_dial(const Address& address, const Consent& consent);

}  // namespace sandbox::doors
