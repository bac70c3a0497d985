#include "ways.hpp"

namespace sandbox::bridge {

void Ways::set(wire::Handle listener, const wire::Open& open) {
  Way* free = nullptr;
  for (Way& way : ways_) {
    if (!way.listener) {
      if (!free) free = &way;
    } else if (way.open.kind == open.kind && way.open.port == open.port) {
      way.listener = std::move(listener);
      return;
    }
  }
  if (listener && free) *free = {std::move(listener), open};
}

void Ways::add_waits(pollfd* waits, bool rests) const {
  for (const Way& way : ways_) *waits++ = {rests || !way.listener ? -1 : way.listener.get(), POLLIN, 0};
}

}  // namespace sandbox::bridge
