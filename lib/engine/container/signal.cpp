#include "base/error.hpp"
#include "base/passing.hpp"
#include "engine/container/inside.hpp"

namespace sandbox::engine {

void send_signal(const Fd& socket, const Signal& signal, const std::vector<int>& descriptors) {
  if (descriptors.size() > kMostPassed)
    throw Error(ExitCode::input, "too many layers and shares", "at most 253 together");
  if (send_passing(socket.get(), {reinterpret_cast<const char*>(&signal), sizeof signal}, descriptors) < 0)
    throw_system_error("cannot reach the other side of the clone");
}

bool receive_signal(const Fd& socket, Signal& signal, std::vector<Fd>& descriptors) {
  const ssize_t n = receive_passing(socket.get(), {reinterpret_cast<char*>(&signal), sizeof signal}, descriptors);
  return n == static_cast<ssize_t>(sizeof signal);
}

}  // namespace sandbox::engine
