#include "engine/vm/cable.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "base/error.hpp"
#include "base/passing.hpp"
#include "doors/places.hpp"
#include "doors/within.hpp"

namespace sandbox::engine {

namespace {

/// Two addresses of a block for documentation (RFC 5737): neither the doors' nor anybody's.
constexpr std::uint32_t kGateway = 0xC0000201, kGuest = 0xC0000202;
constexpr std::uint32_t kOwnLength = 30;
constexpr std::uint32_t kBlockLength = 15;
constexpr const char* kName = "cable";

ifreq request() {
  ifreq made{};
  std::strncpy(made.ifr_name, kName, sizeof made.ifr_name - 1);
  return made;
}

void set_address(const Fd& socket, unsigned long what, std::uint32_t value) {
  ifreq made = request();
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(value);
  std::memcpy(&made.ifr_addr, &address, sizeof address);
  if (::ioctl(socket.get(), what, &made) < 0) throw_system_error("cannot give the cable its address");
}

/// The same in all of them: a copy of a machine that ran knows its neighbour's by heart.
void set_hardware_address(const Fd& socket) {
  constexpr unsigned char kAddress[] = {0x02, 0, 0xC0, 0, 0x02, 0x01};
  ifreq made = request();
  made.ifr_hwaddr.sa_family = ARPHRD_ETHER;
  std::memcpy(made.ifr_hwaddr.sa_data, kAddress, sizeof kAddress);
  if (::ioctl(socket.get(), SIOCSIFHWADDR, &made) < 0) throw_system_error("cannot give the cable its hardware address");
}

Fd make_here() {
  Fd device = checked_fd(::open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK), "cannot open", "/dev/net/tun");
  ifreq made = request();
  made.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
  if (::ioctl(device.get(), TUNSETIFF, &made) < 0) throw_system_error("cannot make a network device");
  const Fd socket = checked_fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "cannot make a socket");
  set_hardware_address(socket);
  set_address(socket, SIOCSIFADDR, kGateway);
  set_address(socket, SIOCSIFNETMASK, ~0U << (32 - kOwnLength));
  ifreq up = request();
  up.ifr_flags = IFF_UP | IFF_RUNNING;
  if (::ioctl(socket.get(), SIOCSIFFLAGS, &up) < 0) throw_system_error("cannot bring up the cable");
  return device;
}

/// In the child: the device, or why there is none.
void make_there(const Fd& answer, const Fd& process) {
  std::string text = "made";
  Fd device;
  try {
    doors::enter_network(process);
    device = make_here();
  } catch (const Error& error) {
    text = error.what();
  }
  const std::array numbers = {device.get()};
  // A parent that is gone hears nothing; ours is to end either way.
  (void)send_passing(answer.get(), text, {numbers.data(), device ? 1U : 0U});
}

}  // namespace

Fd plug_cable(const Fd& process) {
  auto [ours, theirs] = socket_pair(SOCK_SEQPACKET);
  const doors::InChild child([&] { make_there(theirs, process); });
  theirs.close();
  std::string text(1024, '\0');
  std::vector<Fd> made;
  const ssize_t n = receive_passing(ours.get(), text, made);
  if (made.empty()) throw Error(HostCheck::network, n > 0 ? text.substr(0, static_cast<std::size_t>(n)) : "the cable could not be made", "modprobe tun");
  return std::move(made.front());
}

wire::Cable cable_for_guest() {
  return {.address = kGuest, .gateway = kGateway, .block = doors::kOwn, .block_length = kBlockLength, .own_length = kOwnLength};
}

}  // namespace sandbox::engine
