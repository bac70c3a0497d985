#include "guests.hpp"

namespace sandbox::agent {

bool Guests::take(std::string_view payload, Handle listener) {
  Buffer kept;
  Request command;
  if (!listener || !kept.append(payload) || !parse_request(wire::Kind::serve, kept.view(), command)) return false;
  payload_ = std::move(kept);
  command_ = command;
  listener_ = std::move(listener);
  return true;
}

}  // namespace sandbox::agent
