#pragma once
// Guests: who connects to a listening socket inside, and the command that each gets. The
// supervisor says both in one frame `serve`.
#include "buffer.hpp"
#include "handle.hpp"
#include "request.hpp"

namespace sandbox::agent {

class Guests {
 public:
  /// From now on these; false, and those before stay, when the payload is no such command.
  bool take(std::string_view payload, Handle listener);

  /// -1: none are expected.
  int listener() const { return listener_.get(); }
  /// Its texts are here until the next take().
  const Request& command() const { return command_; }

 private:
  Buffer payload_;
  Request command_{};
  Handle listener_;
};

}  // namespace sandbox::agent
