#include "life/visitors.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.hpp"

namespace sandbox::life {

namespace {

constexpr std::size_t kMaxQuestion = 65536;

}  // namespace

Visitor::Wants Visitor::read() {
  if (!has_header_)
    if (const Wants wants = read_header(); wants != Wants::answer) return wants;
  return read_payload();
}

Visitor::Wants Visitor::read_header() {
  char bytes[sizeof header_];
  const ssize_t n = ::recv(connection_.get(), bytes, sizeof bytes - received_.size(), MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return Wants::unknown;
  if (n <= 0) return Wants::gone;
  received_.append(bytes, static_cast<std::size_t>(n));
  if (received_.size() < sizeof header_) return Wants::unknown;
  std::memcpy(&header_, received_.data(), sizeof header_);
  received_.clear();
  if (header_.kind == wire::Kind::to_agent && header_.length == 0) return Wants::agent;
  if (header_.kind != wire::Kind::to_supervisor || header_.length > kMaxQuestion) return Wants::gone;
  has_header_ = true;
  return Wants::answer;
}

Visitor::Wants Visitor::read_payload() {
  char bytes[4096];
  while (received_.size() < header_.length) {
    const std::size_t wanted = std::min(sizeof bytes, header_.length - received_.size());
    const ssize_t n = ::recv(connection_.get(), bytes, wanted, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return Wants::unknown;
    if (n <= 0) return Wants::gone;
    received_.append(bytes, static_cast<std::size_t>(n));
  }
  try {
    question_ = record::parse(received_, "a question");
  } catch (const Error&) {
    return Wants::gone;
  }
  received_.clear();
  has_header_ = false;
  return question_.is_object() ? Wants::answer : Wants::gone;
}

Fd listen_in(const Fd& directory) {
  Fd socket = checked_fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "cannot make a socket");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  // Through /proc: the store's path may be longer than the 107 bytes of a socket's.
  const std::string path = fmt::format("/proc/self/fd/{}/socket", directory.get());
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) < 0 || ::listen(socket.get(), 128) < 0)
    throw_system_error("cannot listen in the sandbox's directory");
  return socket;
}

std::optional<Fd> accept_own(const Fd& listener) {
  Fd connection(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!connection) return std::nullopt;
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(connection.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0) return std::nullopt;
  if (peer.uid != ::geteuid() && peer.uid != 0) return std::nullopt;
  return connection;
}

}  // namespace sandbox::life
