#include "orders.hpp"

#include <unistd.h>

namespace sandbox::guest {

namespace {

Fault read_exactly(int port, void* into, std::size_t size) {
  for (std::size_t done = 0; done < size;) {
    const ssize_t n = ::read(port, static_cast<char*>(into) + done, size - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fault("cannot read what wakes the machine");
    if (n == 0) ::usleep(1000);  // nobody is connected: the machine is a copy that still waits for its host
    done += static_cast<std::size_t>(n);
  }
  return {};
}

}  // namespace

Fault Orders::receive(int port) {
  wire::Header header;
  if (const Fault failed = read_exactly(port, &header, sizeof header)) return failed;
  if (header.kind != wire::Kind::wake || header.length > sizeof frame_) return {"the machine was woken by something else", EPROTO};
  size_ = header.length;
  if (const Fault failed = read_exactly(port, frame_, size_)) return failed;
  wire::FieldReader fields({frame_, size_});
  bool known = false;
  for (wire::Field field; fields.next(field);) known = known || (field.tag == wire::Tag::wake && field.as(wake_));
  return known && !fields.malformed() ? Fault{} : Fault{"the machine was woken by nonsense", EPROTO};
}

}  // namespace sandbox::guest
