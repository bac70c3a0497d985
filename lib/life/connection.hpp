#pragma once
// Connection: frames to and from the agent of a sandbox, over a socket that its supervisor
// hands on. Every reply is hostile: frames are bounded, descriptors come only with the frame
// `streams`, and each is what it claims to be or the connection fails.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.hpp"
#include "wire/frame.hpp"

namespace sandbox::life {

struct Frame {
  wire::Kind kind{};
  std::string payload;
  std::vector<Fd> descriptors;

  /// The payload as a plain struct; throws when the size differs.
  template <class T>
  T as() const {
    T out;
    if (!wire::Field{{}, payload}.as(out)) throw_malformed();
    return out;
  }

 private:
  [[noreturn]] static void throw_malformed();
};

/// Builds a request frame; unlike wire::FieldWriter it grows.
class FrameBuilder {
 public:
  explicit FrameBuilder(wire::Kind kind) : kind_(kind) {}
  FrameBuilder& add(wire::Tag tag, std::string_view value = {});
  template <class T>
  FrameBuilder& add_value(wire::Tag tag, const T& value) {
    return add(tag, {reinterpret_cast<const char*>(&value), sizeof value});
  }
  /// Throws Error(input) when it is larger than a frame may be.
  std::string bytes() const;

 private:
  wire::Kind kind_;
  std::string fields_;
};

class Connection {
 public:
  /// Takes a socket on which nothing was said yet.
  explicit Connection(Fd socket) : socket_(std::move(socket)) {}

  const Fd& socket() const { return socket_; }
  void send(std::string_view frame);

  /// The next frame if it is there already.
  std::optional<Frame> poll();
  /// Waits for the next frame; throws when the sandbox is gone.
  Frame receive();

 private:
  bool read_some();
  std::optional<Frame> take();
  Fd socket_;
  std::string received_;
  std::vector<Fd> descriptors_;
  bool greeted_ = false;  ///< the supervisor knows that this is for the agent
};

[[noreturn]] void throw_sandbox_gone();

enum class Direction { in, out };  ///< as the command sees it

// Each returns the descriptor when it is what it must be, and throws otherwise. In a virtual
// machine a socket stands for the terminal, and a pipe for the file.
Fd checked_pipe(Fd descriptor, Direction direction);
Fd checked_terminal(Fd descriptor);
Fd checked_file(Fd descriptor);

}  // namespace sandbox::life
