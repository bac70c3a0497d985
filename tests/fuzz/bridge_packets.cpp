// What a guest may say to the host end of a bridge that has one client, who takes what comes.
// sources: tools/sandbox-bridge/bridge.cpp tools/sandbox-bridge/bridge_control.cpp tools/sandbox-bridge/bridge_packets.cpp tools/sandbox-bridge/bridge_sleep.cpp tools/sandbox-bridge/channel.cpp tools/sandbox-bridge/channels.cpp tools/sandbox-bridge/console.cpp tools/sandbox-bridge/control.cpp tools/sandbox-bridge/conversation.cpp tools/sandbox-bridge/endpoints.cpp tools/sandbox-bridge/gauge.cpp tools/sandbox-bridge/passing.cpp tools/sandbox-bridge/port.cpp tools/sandbox-bridge/ways.cpp
#include <signal.h>
#include <sys/socket.h>

#include <cstdlib>

#include "bridge.hpp"
#include "passing.hpp"
#include "wire/make.hpp"

using namespace sandbox;
using wire::Handle;

namespace {

struct Pair {
  Handle ours, theirs;
};
Pair pair(int type) {
  int ends[2];
  if (::socketpair(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) < 0) std::abort();
  return {Handle(ends[0]), Handle(ends[1])};
}

void drain(const Handle& socket) {
  char bytes[4096];
  while (::recv(socket.get(), bytes, sizeof bytes, MSG_DONTWAIT) > 0) {
  }
}

/// Ends that come with the bytes are closed: what is in them ends, or is not wanted.
void take_what_comes(const Handle& client) {
  char bytes[4096];
  Handle descriptors[bridge::kMostPassed];
  std::size_t count = 0;
  while (bridge::receive_passing(client.get(), bytes, descriptors, count) > 0) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  ::signal(SIGPIPE, SIG_IGN);
  Pair control = pair(SOCK_SEQPACKET), port = pair(SOCK_STREAM), client = pair(SOCK_STREAM);
  bridge::Bridge* host = wire::make<bridge::Bridge>(bridge::Side::host, std::move(control.theirs), std::move(port.theirs));
  const wire::Header frame{0, wire::Kind::client, 0};
  bridge::send_passing(control.ours.get(), {reinterpret_cast<const char*>(&frame), sizeof frame}, {&client.theirs, 1});
  client.theirs.close();
  bool goes_on = host->step(0);
  while (goes_on && size != 0) {
    const std::size_t part = size < 8192 ? size : 8192;
    if (::send(port.ours.get(), data, part, MSG_NOSIGNAL) != static_cast<ssize_t>(part)) std::abort();
    data += part;
    size -= part;
    goes_on = host->step(0) && host->step(0);
    drain(port.ours);
    drain(control.ours);
    take_what_comes(client.ours);
  }
  if (!goes_on && !host->is_broken()) std::abort();  // nobody has left
  wire::unmake(host);
  return 0;
}
