#include "doors/sockets.hpp"

#include <fmt/format.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <functional>

#include "base/error.hpp"
#include "base/passing.hpp"
#include "doors/address.hpp"
#include "doors/places.hpp"
#include "doors/within.hpp"

namespace sandbox::doors {

namespace {

constexpr int kBacklog = 128;
constexpr std::uint8_t kBlockLength = 15;

struct RouteRequest {
  nlmsghdr header;
  rtmsg route;
  rtattr destination_head;
  std::uint32_t destination;
  rtattr device_head;
  std::uint32_t device;
};

/// "ip route add local 198.18.0.0/15 dev lo": every address of the block is ours, and no other
/// is anybody's (AnyIP).
void make_block_local() {
  const Fd socket = checked_fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), "cannot make a netlink socket");
  RouteRequest request{};
  request.header = {sizeof request, RTM_NEWROUTE, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE, 1, 0};
  request.route.rtm_family = AF_INET;
  request.route.rtm_dst_len = kBlockLength;
  request.route.rtm_table = RT_TABLE_LOCAL;
  request.route.rtm_protocol = RTPROT_STATIC;
  request.route.rtm_scope = RT_SCOPE_HOST;
  request.route.rtm_type = RTN_LOCAL;
  request.destination_head = {sizeof(rtattr) + sizeof request.destination, RTA_DST};
  request.destination = htonl(kOwn & (~0U << (32 - kBlockLength)));
  request.device_head = {sizeof(rtattr) + sizeof request.device, RTA_OIF};
  request.device = ::if_nametoindex("lo");
  if (::send(socket.get(), &request, sizeof request, 0) < 0) throw_system_error("cannot ask for a route");
  struct {
    nlmsghdr header;
    nlmsgerr error;
    char rest[256];
  } answer{};
  if (::recv(socket.get(), &answer, sizeof answer, 0) < 0) throw_system_error("cannot hear of a route");
  errno = -answer.error.error;
  if (answer.header.nlmsg_type != NLMSG_ERROR || errno != 0) throw_system_error("cannot make the doors' addresses local");
}

Fd bound(int type, const char* address, std::uint16_t port) {
  Fd socket = checked_fd(::socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "cannot make a socket");
  const int yes = 1;
  // So that doors can be shut and opened again while old connections linger.
  if (type == SOCK_STREAM && ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) < 0)
    throw_system_error("cannot prepare a socket");
  socklen_t length = 0;
  const sockaddr_storage where = socket_address(*parse_address(address), port, length);
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&where), length) < 0) {
    if (errno == EADDRINUSE)
      throw Error(ExitCode::input, fmt::format("a program inside has taken port {}", port), "a door's port must be free inside");
    throw_system_error("cannot take the port inside", std::to_string(port));
  }
  if (type == SOCK_STREAM && ::listen(socket.get(), kBacklog) < 0) throw_system_error("cannot listen inside");
  return socket;
}

Sockets make_here(std::span<const std::uint16_t> ports, Ground ground) {
  Sockets made;
  const auto add = [&](std::string name, Fd socket) {
    made.names.push_back(std::move(name));
    made.sockets.push_back(std::move(socket));
  };
  if (ground == Ground::bare) {
    make_block_local();
    add("names", bound(SOCK_DGRAM, kOwnAddress, kNamePort));
    add("names-stream", bound(SOCK_STREAM, kOwnAddress, kNamePort));
    add("proxy", bound(SOCK_STREAM, kOwnAddress, kProxyPort));
  }
  for (const std::uint16_t port : ports) add(std::to_string(port), bound(SOCK_STREAM, "0.0.0.0", port));
  return made;
}

/// In the child: the sockets, or the failure as "code\nmessage\nhint".
void make_there(const Fd& answer, const Fd& process, const std::function<Sockets()>& make) {
  std::string text;
  Sockets made;
  try {
    enter_network(process);
    made = make();
    for (const std::string& name : made.names) text += name + "\n";
  } catch (const Error& error) {
    text = fmt::format("!{}\n{}\n{}", static_cast<int>(error.code()), error.what(), error.hint());
    made = {};
  }
  std::vector<int> numbers;
  for (const Fd& socket : made.sockets) numbers.push_back(socket.get());
  // A parent that is gone hears nothing; ours is to end either way.
  (void)send_passing(answer.get(), text.empty() ? "\n" : text, numbers);
}

Sockets read_answer(const Fd& answer) {
  std::string text(8192, '\0');
  Sockets made;
  const ssize_t n = receive_passing(answer.get(), text, made.sockets);
  if (n <= 0) throw Error(ExitCode::failed, "the sockets of the doors could not be made");
  text.resize(static_cast<std::size_t>(n));
  if (text.front() == '!') {
    const std::size_t first = text.find('\n'), last = text.rfind('\n');
    throw Error(static_cast<ExitCode>(std::atoi(text.c_str() + 1)), text.substr(first + 1, last - first - 1), text.substr(last + 1));
  }
  for (std::size_t at = 0, end; (end = text.find('\n', at)) != text.npos; at = end + 1)
    if (end > at) made.names.push_back(text.substr(at, end - at));
  if (made.names.size() != made.sockets.size()) throw Error(ExitCode::failed, "the sockets of the doors got lost");
  return made;
}

}  // namespace

namespace {

Sockets make_inside(const Fd& process, const std::function<Sockets()>& make) {
  auto [ours, theirs] = socket_pair(SOCK_SEQPACKET);
  const InChild child([&] { make_there(theirs, process, make); });
  theirs.close();
  return read_answer(ours);
}

}  // namespace

Sockets make_sockets(const Fd& process, std::span<const std::uint16_t> ports, Ground ground) {
  return make_inside(process, [&] { return make_here(ports, ground); });
}

Fd make_listener(const Fd& process, std::uint16_t port) {
  Sockets made = make_inside(process, [port] {
    Sockets one;
    one.names.push_back(std::to_string(port));
    one.sockets.push_back(bound(SOCK_STREAM, "127.0.0.1", port));
    return one;
  });
  if (made.sockets.size() != 1) throw Error(ExitCode::failed, "a listening socket got lost");
  return std::move(made.sockets.front());
}

}  // namespace sandbox::doors
