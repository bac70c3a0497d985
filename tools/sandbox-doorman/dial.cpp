#include "dial.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "base/error.hpp"
#include "sockets.hpp"

namespace sandbox::doorman {

Dial::Dial(Loop& loop, std::vector<doors::Address> addresses, std::uint16_t port, Done done)
    : loop_(loop), stagger_(loop), patience_(loop), addresses_(std::move(addresses)), port_(port), done_(std::move(done)) {
  addresses_.resize(std::min(addresses_.size(), kMostAddresses));
  patience_.set(kPatience, [this] { finish({}, "no answer"); });
  stagger_.set(std::chrono::milliseconds(0), [this] { try_next(); });
}

Dial::~Dial() {
  for (const Fd& attempt : attempts_) loop_.forget(attempt.get());
}

void Dial::try_next() {
  if (next_ == addresses_.size()) {
    if (attempts_.empty()) finish({}, last_problem_);
    return;
  }
  socklen_t length = 0;
  const doors::Address& address = addresses_[next_++];
  const sockaddr_storage where = doors::socket_address(address, port_, length);
  Fd socket(::socket(where.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return give_up(error_text(errno));
  prepare(socket);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&where), length) < 0 && errno != EINPROGRESS)
    return give_up(error_text(errno));
  loop_.watch(socket.get(), EPOLLOUT, *this);
  attempts_.push_back(std::move(socket));
  stagger_.set(kStagger, [this] { try_next(); });
}

/// A host without IPv6 must not wait for a quarter of a second on each of its addresses.
void Dial::give_up(const std::string& why) {
  last_problem_ = why;
  stagger_.set(std::chrono::milliseconds(0), [this] { try_next(); });
}

void Dial::drop(std::size_t attempt) {
  loop_.forget(attempts_[attempt].get());
  attempts_.erase(attempts_.begin() + static_cast<std::ptrdiff_t>(attempt));
}

void Dial::ready(int fd, std::uint32_t) {
  const auto found = std::ranges::find(attempts_, fd, &Fd::get);
  if (!done_ || found == attempts_.end()) return;  // over, and another answered in the same round
  int error = 0;
  socklen_t length = sizeof error;
  if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) < 0) error = errno;
  sockaddr_storage peer{};
  length = sizeof peer;
  if (error == 0 && ::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &length) < 0) return;  // a word too many
  if (error != 0) {
    drop(static_cast<std::size_t>(found - attempts_.begin()));
    return give_up(error_text(error));
  }
  Fd connected = std::move(*found);
  loop_.forget(fd);
  finish(std::move(connected), "");
}

void Dial::finish(Fd connected, const std::string& why) {
  stagger_.cancel();
  patience_.cancel();
  if (done_) std::exchange(done_, nullptr)(std::move(connected), why);  // which may be the end of us
}

}  // namespace sandbox::doorman
