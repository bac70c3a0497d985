#pragma once
// Connection: frames to and from one client, without ever waiting for it. What a client does
// not read is queued up to a bound; past it the client is dropped, so that one stuck reader
// holds up nobody else.
#include <cstddef>
#include <cstdint>
#include <span>

#include "buffer.hpp"
#include "handle.hpp"
#include "wire/frame.hpp"

namespace sandbox::agent {

class Connection {
 public:
  explicit Connection(Handle socket) : socket_(std::move(socket)) {}

  int socket() const { return socket_.get(); }
  bool wants_to_write() const { return out_.size() != 0; }
  /// The peer is gone, broke the rules, or does not read.
  bool broken() const { return broken_; }

  /// Reads what is there.
  void receive();
  /// The next whole frame; `payload` is valid until done_with_frame().
  bool next_frame(wire::Kind& kind, std::string_view& payload);
  void done_with_frame();

  void send(std::string_view frame);
  /// Never queued: the first thing a client gets, when its socket is still empty.
  void send_with(std::string_view frame, std::span<const int> descriptors);
  /// Writes what is queued.
  void flush();
  /// Lets the peer read what is queued, then ends the connection.
  void close_after_flush() { closing_ = true; }
  bool finished() const { return closing_ && out_.size() == 0; }

  std::uint64_t command = 0;  ///< serial of the command it is about; 0: none yet
  bool owner = false;         ///< the command ends with the connection
  bool own = false;           ///< the supervisor's own

 private:
  Handle socket_;
  Buffer in_;
  Buffer out_;
  bool broken_ = false;
  bool closing_ = false;
};

}  // namespace sandbox::agent
