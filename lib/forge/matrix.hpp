#pragma once
// Matrix: a short message to a room. Its transaction id comes from its content, so that the same
// message sent twice is there once.
#include <string>

#include "forge/api.hpp"

namespace sandbox::forge {

struct Message {
  std::string plain;
  std::string html;
};

/// The id of the event.
std::string send_message(const Connection& connection, const std::string& room, const Message& message);

/// "!opaque:server" or "!opaque".
bool is_room(std::string_view text);

}  // namespace sandbox::forge
