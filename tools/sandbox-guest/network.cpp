#include "network.hpp"

#include <arpa/inet.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "wire/handle.hpp"

namespace sandbox::guest {

namespace {

constexpr char kCard[] = "eth0";

sockaddr internet(std::uint32_t address) {
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_addr.s_addr = htonl(address);
  sockaddr out;
  ::memcpy(&out, &in, sizeof out);
  return out;
}

std::uint32_t mask(std::uint32_t length) { return length == 0 ? 0 : ~0U << (32 - length); }

ifreq request_for(const char* card) {
  ifreq request{};
  ::strncpy(request.ifr_name, card, sizeof request.ifr_name - 1);
  return request;
}

int bring_up(int socket, const char* card) {
  ifreq request = request_for(card);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  return ::ioctl(socket, SIOCSIFFLAGS, &request);
}

int set(int socket, unsigned long what, std::uint32_t value) {
  ifreq request = request_for(kCard);
  request.ifr_addr = internet(value);
  return ::ioctl(socket, what, &request);
}

int add_route(int socket, const wire::Cable& cable) {
  rtentry route{};
  route.rt_dst = internet(cable.block & mask(cable.block_length));
  route.rt_genmask = internet(mask(cable.block_length));
  route.rt_gateway = internet(cable.gateway);
  route.rt_flags = RTF_UP | RTF_GATEWAY;
  return ::ioctl(socket, SIOCADDRT, &route);
}

}  // namespace

Fault bring_up_loopback() {
  const wire::Handle socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket || bring_up(socket.get(), "lo") < 0) return fault("cannot bring up lo");
  return {};
}

Fault connect_cable(const wire::Cable& cable) {
  if (cable.address == 0) return {};
  const wire::Handle socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket || set(socket.get(), SIOCSIFADDR, cable.address) < 0 || set(socket.get(), SIOCSIFNETMASK, mask(cable.own_length)) < 0 ||
      bring_up(socket.get(), kCard) < 0 || add_route(socket.get(), cable) < 0)
    return fault("cannot bring up the network");
  return {};
}

}  // namespace sandbox::guest
