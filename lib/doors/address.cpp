#include "doors/address.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sandbox::doors {

namespace {

struct Row {
  std::array<std::uint8_t, 16> first;
  unsigned length;
  Reach reach;
};

bool same_bits(const std::uint8_t* a, const std::uint8_t* b, unsigned bits) {
  if (std::memcmp(a, b, bits / 8) != 0) return false;
  return bits % 8 == 0 || (a[bits / 8] ^ b[bits / 8]) >> (8 - bits % 8) == 0;
}

/// The first row that holds the address decides: exceptions stand before their block.
constexpr Row kFour[] = {
    {{100, 100, 100, 200}, 32, Reach::nobody},  // metadata of a cloud, amid shared addresses
    {{168, 63, 129, 16}, 32, Reach::nobody},    // the same, at a public address
    {{0}, 8, Reach::nobody},
    {{10}, 8, Reach::consent},
    {{100, 64}, 10, Reach::consent},
    {{127}, 8, Reach::consent},
    {{169, 254}, 16, Reach::nobody},
    {{172, 16}, 12, Reach::consent},
    {{192, 0, 0}, 24, Reach::nobody},
    {{192, 0, 2}, 24, Reach::consent},     // for documentation, as the two below: hosts without a network of their
                                           // own reach their mirror there through a translator
    {{192, 31, 196}, 24, Reach::nobody},
    {{192, 52, 193}, 24, Reach::nobody},
    {{192, 88, 99}, 24, Reach::nobody},
    {{192, 168}, 16, Reach::consent},
    {{192, 175, 48}, 24, Reach::nobody},
    {{198, 18}, 15, Reach::nobody},  // our own
    {{198, 51, 100}, 24, Reach::consent},
    {{203, 0, 113}, 24, Reach::consent},
    {{224}, 3, Reach::nobody},  // multicast, reserved, broadcast
};

constexpr Row kSix[] = {
    {{0xFD, 0x00, 0x0E, 0xC2}, 32, Reach::nobody},        // metadata
    {{0xFD, 0x20, 0x00, 0xCE}, 32, Reach::nobody},        // metadata
    {{0xFC}, 7, Reach::consent},
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128, Reach::consent},  // the host itself
    {{0x20, 0x01}, 23, Reach::nobody},                    // protocols: Teredo, ORCHID, benchmarks
    {{0x20, 0x01, 0x0D, 0xB8}, 32, Reach::nobody},
    {{0x20, 0x02}, 16, Reach::nobody},                    // 6to4: an IPv4 address in disguise
    {{0x26, 0x20, 0, 0x4F, 0x80}, 48, Reach::nobody},
    {{0x3F, 0xFF}, 20, Reach::nobody},
    {{0x20}, 3, Reach::everybody},                        // all that was ever given out
};

Reach looked_up(const Address& address, std::span<const Row> rows, Reach otherwise) {
  for (const Row& row : rows)
    if (same_bits(address.bytes.data(), row.first.data(), row.length)) return row.reach;
  return otherwise;
}

constexpr std::uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr std::uint8_t kNat64[12] = {0, 0x64, 0xFF, 0x9B};

Address last_four(const Address& address) {
  Address four;
  std::copy_n(address.bytes.begin() + 12, 4, four.bytes.begin());
  return four;
}

/// ::ffff:a.b.c.d is a.b.c.d to the kernel.
Address unmapped(const Address& address) {
  return address.six && std::memcmp(address.bytes.data(), kMapped, 12) == 0 ? last_four(address) : address;
}

Error bad_block(std::string_view text) {
  return Error(ExitCode::input, fmt::format("'{}' is not a block of addresses", visible(text)),
               "like 10.1.0.0/16 or fd12:3456::/32, with zeros behind the length");
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
  const std::string copy(text);  // inet_pton wants the zero; it takes neither 127.1 nor 0x7f000001
  Address address;
  if (::inet_pton(AF_INET, copy.c_str(), address.bytes.data()) == 1 && copy.size() == text.size()) return address;
  address.six = true;
  if (::inet_pton(AF_INET6, copy.c_str(), address.bytes.data()) == 1) return address;
  return std::nullopt;
}

std::string address_text(const Address& address) {
  char text[INET6_ADDRSTRLEN];
  ::inet_ntop(address.six ? AF_INET6 : AF_INET, address.bytes.data(), text, sizeof text);
  return text;
}

sockaddr_storage socket_address(const Address& address, std::uint16_t port, socklen_t& length) {
  sockaddr_storage storage{};
  if (address.six) {
    auto& six = reinterpret_cast<sockaddr_in6&>(storage);
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(port);
    std::copy_n(address.bytes.begin(), 16, six.sin6_addr.s6_addr);
    length = sizeof six;
  } else {
    auto& four = reinterpret_cast<sockaddr_in&>(storage);
    four.sin_family = AF_INET;
    four.sin_port = htons(port);
    std::memcpy(&four.sin_addr, address.bytes.data(), 4);
    length = sizeof four;
  }
  return storage;
}

std::optional<Address> address_of(const sockaddr_storage& socket) {
  Address address;
  if (socket.ss_family == AF_INET) {
    std::memcpy(address.bytes.data(), &reinterpret_cast<const sockaddr_in&>(socket).sin_addr, 4);
    return address;
  }
  if (socket.ss_family != AF_INET6) return std::nullopt;
  address.six = true;
  std::memcpy(address.bytes.data(), &reinterpret_cast<const sockaddr_in6&>(socket).sin6_addr, 16);
  return address;
}

std::uint16_t port_of(const sockaddr_storage& socket) {
  return ntohs(socket.ss_family == AF_INET ? reinterpret_cast<const sockaddr_in&>(socket).sin_port
                                           : reinterpret_cast<const sockaddr_in6&>(socket).sin6_port);
}

Reach reach_of(const Address& given) {
  const Address address = unmapped(given);
  if (!address.six) return looked_up(address, kFour, Reach::everybody);
  // A translator would turn it into an IPv4 address: only a public one is reached that way.
  if (std::memcmp(address.bytes.data(), kNat64, 12) == 0)
    return looked_up(last_four(address), kFour, Reach::everybody) == Reach::everybody ? Reach::everybody : Reach::nobody;
  return looked_up(address, kSix, Reach::nobody);
}

bool Block::holds(const Address& given) const {
  const Address address = unmapped(given);
  return address.six == first.six && same_bits(address.bytes.data(), first.bytes.data(), length);
}

Block parse_block(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto first = parse_address(text.substr(0, slash));
  if (!first) throw bad_block(text);
  Block block{*first, static_cast<unsigned>(first->size() * 8)};
  if (slash != text.npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), block.length);
    if (error != std::errc() || end != digits.data() + digits.size() || block.length > first->size() * 8)
      throw bad_block(text);
  }
  for (std::size_t bit = block.length; bit < first->size() * 8; ++bit)
    if (first->bytes[bit / 8] >> (7 - bit % 8) & 1) throw bad_block(text);
  return block;
}

bool may_dial(const Address& address, const Consent& consent) {
  switch (reach_of(address)) {
    case Reach::everybody: return true;
    case Reach::nobody: return false;
    case Reach::consent: break;
  }
  return consent.to_all_private ||
         std::ranges::any_of(consent.blocks, [&](const Block& block) { return block.holds(address); });
}

}  // namespace sandbox::doors
