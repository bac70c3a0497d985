#pragma once
// The control socket: one frame per datagram, at most one descriptor with it.
#include "buffer.hpp"
#include "handle.hpp"
#include "wire/frame.hpp"

namespace sandbox::agent {

struct ControlFrame {
  wire::Kind kind{};
  std::string_view payload;  ///< points into the buffer
  Handle descriptor;
};

/// False when the supervisor is gone or sent something that is not a frame.
bool receive_control_frame(int socket, Buffer& buffer, ControlFrame& out);

}  // namespace sandbox::agent
