#include "identity.hpp"

#include <fcntl.h>
#include <linux/random.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "wire/handle.hpp"

namespace sandbox::guest {

namespace {

/// Credited, and then taken at once: without the second step the kernel would go on with the
/// numbers that all copies have.
Fault reseed(const wire::Wake& wake) {
  struct {
    int bits, bytes;
    std::uint8_t data[sizeof wake.entropy];
  } entropy{8 * sizeof wake.entropy, sizeof wake.entropy, {}};
  ::memcpy(entropy.data, wake.entropy, sizeof wake.entropy);
  const wire::Handle device(::open("/dev/urandom", O_RDWR | O_CLOEXEC));
  if (!device || ::ioctl(device.get(), RNDADDENTROPY, &entropy) < 0 || ::ioctl(device.get(), RNDRESEEDCRNG) < 0)
    return fault("cannot reseed the random numbers");
  return {};
}

}  // namespace

Fault take_identity(const wire::Wake& wake) {
  if (const Fault failed = reseed(wake)) return failed;
  const timespec now{wake.seconds, static_cast<long>(wake.nanoseconds)};
  if (::clock_settime(CLOCK_REALTIME, &now) < 0) return fault("cannot set the clock");
  if (::sethostname(wake.host_name, ::strnlen(wake.host_name, sizeof wake.host_name)) < 0) return fault("cannot set the host name");
  return {};
}

}  // namespace sandbox::guest
