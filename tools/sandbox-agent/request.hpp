#pragma once
// Request: a frame's fields, checked. Everything in it is hostile until parse_request() said
// yes; afterwards every value is in range and no text holds a NUL.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "wire/frame.hpp"
#include "wire/tree.hpp"

namespace sandbox::agent {

inline constexpr std::size_t kMaxArguments = 65536;
inline constexpr std::size_t kMaxVariables = 1024;
inline constexpr std::uint64_t kMaxMilliseconds = std::uint64_t{10} * 365 * 86400 * 1000;

/// Views point into the payload.
struct Request {
  std::string_view fields;  ///< the payload: arguments and variables are walked from here
  std::size_t arguments = 0;
  std::size_t variables = 0;
  std::string_view directory, user, path;
  bool input = false;
  bool detach = false;
  bool has_terminal = false;
  bool has_pid = false;
  wire::TerminalSize terminal{};
  std::uint64_t timeout_ms = 0;  ///< 0: none
  std::uint64_t grace_ms = 0;
  std::uint64_t mode = 0644;
  std::uint64_t number = 0;
  std::uint64_t pid = 0;
  std::uint64_t port = 0;
  wire::TreeOptions tree{};
};

/// False when the payload is malformed, repeats a field that stands once, lacks one that
/// `kind` needs, or holds one that `kind` does not know.
bool parse_request(wire::Kind kind, std::string_view payload, Request& out);

}  // namespace sandbox::agent
