#include "life/lease.hpp"

#include <sys/socket.h>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "life/message.hpp"

namespace sandbox::life {

const record::Sandbox& Lease::sandbox() {
  if (launching_) launched_ = std::move(*std::exchange(launching_, std::nullopt)).wait();
  return launched_.sandbox;
}

void Lease::end() noexcept {
  try {
    sandbox();
    if (!launched_.channel) return;
    ::shutdown(launched_.channel.get(), SHUT_WR);
    receive_message(launched_.channel);
  } catch (const Error&) {
    // Never launched; or the supervisor died: then the kernel ended the sandbox, and
    // sandbox-reap finds the rest.
  }
  launched_.channel.close();
}

record::Sandbox Lease::finish() {
  record::Sandbox sandbox = this->sandbox();
  end();
  sandbox.state = "ended";
  sandbox.ended = "asked";
  sandbox.ended_at = rfc3339(wall_now());
  return sandbox;
}

}  // namespace sandbox::life
