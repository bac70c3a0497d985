#pragma once
// Places: where the doors are inside a sandbox. All of 198.18.0.0/15 is local there; the first
// address has the DNS and the proxy, names get theirs from the first block on.
#include <cstdint>

namespace sandbox::doors {

inline constexpr const char* kOwnAddress = "198.18.0.1";
inline constexpr std::uint32_t kOwn = 0xC6120001;         ///< the same
inline constexpr std::uint32_t kFirst = 0xC6120100;       ///< of a name
inline constexpr std::uint32_t kLast = 0xC613FFFF;
inline constexpr std::uint16_t kNamePort = 53;
inline constexpr std::uint16_t kProxyPort = 800;  ///< privileged: no program of a user takes it
inline constexpr std::uint16_t kSshPort = 801;    ///< the same; on 127.0.0.1

}  // namespace sandbox::doors
