#include "names.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "doors/dns.hpp"

namespace sandbox::doorman {

namespace {

constexpr std::size_t kLargestQuery = 4096, kLargestReceived = 65536 + 2;
constexpr int kRounds = 64;

}  // namespace

Names::Names(House& house, Fd datagrams, Fd streams)
    : house_(house), datagrams_(std::move(datagrams)), listener_(std::move(streams)) {
  house_.loop.watch(datagrams_.get(), EPOLLIN, *this);
  house_.loop.watch(listener_.get(), EPOLLIN, *this);
}

Names::~Names() {
  house_.loop.forget(datagrams_.get());
  house_.loop.forget(listener_.get());
  while (!streams_.empty()) end(streams_.begin());
}

std::string Names::answer(std::string_view query) {
  const auto allowed = [this](std::string_view name) { return house_.orders.rules.covers(name); };
  const doors::Answered answered = doors::answer_query(query, house_.names, allowed);
  if (answered.refused)
    house_.refusals.add({answered.refused, {}}, "name", "no door has the name " + *answered.refused, "--allow " + *answered.refused);
  return answered.message;
}

void Names::ready(int fd, std::uint32_t) {
  if (fd == datagrams_.get()) return answer_datagrams();
  if (fd == listener_.get()) return welcome();
  for (auto stream = streams_.begin(); stream != streams_.end(); ++stream)
    if (stream->socket.get() == fd) return hear(stream);
}

void Names::answer_datagrams() {
  for (int round = 0; round < kRounds; ++round) {
    char query[kLargestQuery];
    sockaddr_storage peer{};
    socklen_t length = sizeof peer;
    const ssize_t n = ::recvfrom(datagrams_.get(), query, sizeof query, MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&peer), &length);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return;
    const std::string reply = answer({query, static_cast<std::size_t>(n)});
    // One that cannot be delivered is lost, as datagrams are.
    if (!reply.empty())
      (void)::sendto(datagrams_.get(), reply.data(), reply.size(), MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&peer), length);
  }
}

void Names::welcome() {
  Fd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!socket) return;
  if (streams_.size() >= kMostStreams) end(streams_.begin());
  streams_.push_back({std::move(socket), {}});
  house_.loop.watch(streams_.back().socket.get(), EPOLLIN, *this);
}

/// Messages with their length in front, one after the other.
void Names::hear(std::list<Stream>::iterator stream) {
  char bytes[4096];
  const ssize_t n = ::recv(stream->socket.get(), bytes, sizeof bytes, MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n <= 0) return end(stream);
  std::string& received = stream->received;
  received.append(bytes, static_cast<std::size_t>(n));
  streams_.splice(streams_.end(), streams_, stream);
  while (received.size() >= 2) {
    const std::size_t length = static_cast<std::size_t>(static_cast<unsigned char>(received[0])) << 8 | static_cast<unsigned char>(received[1]);
    if (received.size() < 2 + length) break;
    std::string reply = answer(std::string_view(received).substr(2, length));
    received.erase(0, 2 + length);
    if (reply.empty()) return end(stream);
    reply.insert(0, {static_cast<char>(reply.size() >> 8), static_cast<char>(reply.size() & 0xFF)});
    // A client that asks on without reading the answers has had enough of them.
    if (::send(stream->socket.get(), reply.data(), reply.size(), MSG_DONTWAIT | MSG_NOSIGNAL) != static_cast<ssize_t>(reply.size()))
      return end(stream);
  }
  if (received.size() >= kLargestReceived) end(stream);
}

void Names::end(std::list<Stream>::iterator stream) {
  house_.loop.forget(stream->socket.get());
  streams_.erase(stream);
}

}  // namespace sandbox::doorman
