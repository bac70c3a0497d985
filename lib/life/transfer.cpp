#include "life/transfer.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "life/connection.hpp"
#include "life/judge.hpp"

namespace sandbox::life {

using wire::Kind;
using wire::Tag;

namespace {

constexpr std::size_t kChunk = 256 * 1024;

Frame expect(Connection& connection, Kind kind, const std::string& path) {
  Frame frame = connection.receive();
  if (frame.kind == Kind::failed) throw_failed(frame.as<wire::Failed>(), path);
  if (frame.kind != kind) throw Error(ExitCode::failed, "the sandbox's agent answered nonsense: an unexpected frame");
  return frame;
}

Fd one_pipe(Frame frame, Direction direction) {
  if (frame.descriptors.size() != 1)
    throw Error(ExitCode::failed, "the sandbox's agent answered nonsense: not the stream asked for");
  return checked_pipe(std::move(frame.descriptors[0]), direction);
}

/// Waits until the pipe is ready or the agent speaks; true for the pipe.
bool wait_for_pipe(const Fd& pipe, short events, Connection& connection) {
  pollfd waits[] = {{pipe.get(), events, 0}, {connection.socket().get(), POLLIN, 0}};
  while (::poll(waits, 2, -1) < 0)
    if (errno != EINTR) throw_system_error("cannot wait for the sandbox");
  return waits[0].revents != 0;
}

/// False when the other side stopped taking bytes; its reason follows as a frame.
bool write_pipe(const Fd& pipe, std::string_view bytes, Connection& connection) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(pipe.get(), bytes.data(), bytes.size());
    if (n > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(n));
    } else if (n < 0 && errno != EAGAIN && errno != EINTR) {
      return false;
    } else if (!wait_for_pipe(pipe, POLLOUT, connection)) {
      return false;
    }
  }
  return true;
}

/// `next` returns the next bytes, empty at the end.
void put(Fd socket, const std::function<std::string_view()>& next, const std::string& path, unsigned mode,
         const std::optional<std::string>& user) {
  Connection connection(std::move(socket));
  FrameBuilder frame(Kind::put);
  frame.add(Tag::path, path).add_value(Tag::mode, static_cast<std::uint64_t>(mode & 07777));
  if (user) frame.add(Tag::user, *user);
  connection.send(frame.bytes());
  Fd pipe = one_pipe(expect(connection, Kind::streams, path), Direction::in);
  bool open = true;
  for (std::string_view bytes = next(); open && !bytes.empty(); bytes = next()) open = write_pipe(pipe, bytes, connection);
  pipe.close();
  // The second frame makes it appear; a client that dies before it leaves nothing.
  if (open) connection.send(FrameBuilder(Kind::put).bytes());
  expect(connection, Kind::done, path);
}

}  // namespace

std::uint64_t put_file(Fd connection, const Fd& source, const std::string& path, unsigned mode,
              const std::optional<std::string>& user) {
  std::vector<char> chunk(kChunk);
  std::uint64_t total = 0;
  const auto next = [&]() -> std::string_view {
    ssize_t n = 0;
    do n = ::read(source.get(), chunk.data(), chunk.size());
    while (n < 0 && errno == EINTR);
    if (n < 0) throw_system_error("cannot read the source of", path);
    total += static_cast<std::uint64_t>(n);
    return {chunk.data(), static_cast<std::size_t>(n)};
  };
  put(std::move(connection), next, path, mode, user);
  return total;
}

void put_bytes(Fd connection, std::string_view bytes, const std::string& path, unsigned mode,
               const std::optional<std::string>& user) {
  put(std::move(connection), [&] { return std::exchange(bytes, {}); }, path, mode, user);
}

void get_file(Fd socket, const std::string& path, const std::optional<std::string>& user, const Fd& sink) {
  Connection connection(std::move(socket));
  FrameBuilder frame(Kind::get);
  frame.add(Tag::path, path);
  if (user) frame.add(Tag::user, *user);
  connection.send(frame.bytes());
  Fd pipe = one_pipe(expect(connection, Kind::streams, path), Direction::out);
  std::vector<char> chunk(kChunk);
  for (;;) {
    const ssize_t n = ::read(pipe.get(), chunk.data(), chunk.size());
    if (n == 0) break;
    if (n > 0) {
      write_all(sink.get(), {chunk.data(), static_cast<std::size_t>(n)}, path);
      continue;
    }
    if (errno != EAGAIN && errno != EINTR) throw_system_error("cannot read from the sandbox", path);
    pollfd waiting{pipe.get(), POLLIN, 0};
    ::poll(&waiting, 1, -1);
  }
  expect(connection, Kind::done, path);
}

}  // namespace sandbox::life
