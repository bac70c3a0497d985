#include "life/connection.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "base/error.hpp"
#include "base/passing.hpp"

namespace sandbox::life {

namespace {

constexpr std::size_t kMaxDescriptors = 3;

[[noreturn]] void throw_hostile(std::string_view what) {
  throw Error(ExitCode::failed, "the sandbox's agent answered nonsense: " + std::string(what));
}

}  // namespace

void throw_sandbox_gone() {
  throw Error(ExitCode::failed, "the sandbox ended while the command ran",
              "sandbox-list --state ended shows how");
}

void Frame::throw_malformed() { throw_hostile("a frame of the wrong size"); }

FrameBuilder& FrameBuilder::add(wire::Tag tag, std::string_view value) {
  const std::uint16_t head[2] = {static_cast<std::uint16_t>(tag), 0};
  const auto length = static_cast<std::uint32_t>(value.size());
  fields_.append(reinterpret_cast<const char*>(head), sizeof head);
  fields_.append(reinterpret_cast<const char*>(&length), sizeof length);
  fields_ += value;
  return *this;
}

std::string FrameBuilder::bytes() const {
  if (fields_.size() > wire::kMaxPayload)
    throw Error(ExitCode::input, "the command and its environment are larger than 1 MiB",
                "put the data into a file: --put LOCAL:PATH");
  const wire::Header header{static_cast<std::uint32_t>(fields_.size()), kind_, 0};
  return std::string(reinterpret_cast<const char*>(&header), sizeof header) + fields_;
}

void Connection::send(std::string_view frame) {
  std::string first;
  if (!greeted_) {  // one write: the supervisor and the agent are woken once
    first = FrameBuilder(wire::Kind::to_agent).bytes() + std::string(frame);
    frame = first;
    greeted_ = true;
  }
  while (!frame.empty()) {
    const ssize_t n = ::send(socket_.get(), frame.data(), frame.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_sandbox_gone();
    frame.remove_prefix(static_cast<std::size_t>(n));
  }
}

/// False when nothing is there now.
bool Connection::read_some() {
  char bytes[16384];
  const ssize_t n = receive_passing(socket_.get(), bytes, descriptors_, MSG_DONTWAIT);
  if (n < 0 && errno == EAGAIN) return false;
  if ((n < 0 && errno == EMSGSIZE) || descriptors_.size() > kMaxDescriptors) throw_hostile("too many descriptors");
  if (n <= 0) throw_sandbox_gone();
  received_.append(bytes, static_cast<std::size_t>(n));
  return true;
}

std::optional<Frame> Connection::take() {
  wire::Header header;
  if (received_.size() < sizeof header) return std::nullopt;
  std::memcpy(&header, received_.data(), sizeof header);
  if (header.length > wire::kMaxPayload || header.zero != 0) throw_hostile("a malformed frame");
  if (received_.size() - sizeof header < header.length) return std::nullopt;
  Frame frame;
  frame.kind = header.kind;
  frame.payload = received_.substr(sizeof header, header.length);
  received_.erase(0, sizeof header + header.length);
  if (frame.kind == wire::Kind::streams) frame.descriptors = std::exchange(descriptors_, {});
  if (!descriptors_.empty() && received_.empty()) throw_hostile("descriptors that nobody asked for");
  return frame;
}

std::optional<Frame> Connection::poll() {
  if (auto frame = take()) return frame;
  return read_some() ? take() : std::nullopt;
}

Frame Connection::receive() {
  for (;;) {
    if (auto frame = poll()) return std::move(*frame);
    pollfd waiting{socket_.get(), POLLIN, 0};
    ::poll(&waiting, 1, -1);
  }
}

Fd checked_pipe(Fd descriptor, Direction direction) {
  struct stat info {};
  const int wanted = direction == Direction::in ? O_WRONLY : O_RDONLY;
  const int flags = ::fcntl(descriptor.get(), F_GETFL);
  if (::fstat(descriptor.get(), &info) < 0 || !S_ISFIFO(info.st_mode) || (flags & O_ACCMODE) != wanted)
    throw_hostile("not a pipe");
  ::fcntl(descriptor.get(), F_SETFL, flags | O_NONBLOCK);
  return descriptor;
}

namespace {

bool is_terminal(int fd) {
  unsigned number = 0;
  return ::ioctl(fd, TIOCGPTN, &number) == 0;
}

/// What stands for a terminal that is in a virtual machine.
bool is_stream_socket(int fd) {
  int domain = 0, type = 0;
  socklen_t size = sizeof domain;
  return ::getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_UNIX &&
         ::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM;
}

}  // namespace

Fd checked_terminal(Fd descriptor) {
  struct stat info {};
  const bool is_there = ::fstat(descriptor.get(), &info) == 0;
  if (!is_there || !(S_ISCHR(info.st_mode) ? is_terminal(descriptor.get()) : is_stream_socket(descriptor.get())))
    throw_hostile("not a terminal");
  ::fcntl(descriptor.get(), F_SETFL, O_RDWR | O_NONBLOCK);
  return descriptor;
}

Fd checked_file(Fd descriptor) {
  struct stat info {};
  if (::fstat(descriptor.get(), &info) == 0 && S_ISFIFO(info.st_mode)) return checked_pipe(std::move(descriptor), Direction::out);
  const int flags = ::fcntl(descriptor.get(), F_GETFL);
  if (!S_ISREG(info.st_mode) || (flags & O_ACCMODE) != O_RDONLY) throw_hostile("not a file");
  return descriptor;
}

}  // namespace sandbox::life
