#pragma once
// Port: the one byte channel, as this end has it: QEMU's socket, or the device in the guest.
#include "wire/handle.hpp"
#include "wire/packet_reader.hpp"
#include "wire/packet_writer.hpp"

namespace sandbox::bridge {

class Port {
 public:
  explicit Port(wire::Handle descriptor);

  int descriptor() const { return descriptor_.get(); }
  /// A device whose host side is not connected says "end of file" until it is; that is no end
  /// before something was said.
  bool is_silent() const { return silent_; }

  /// False when the other end is gone.
  bool read();
  bool flush();
  /// Ended between two packets, or never broke the rules.
  bool is_clean() const { return !in.malformed() && in.empty(); }

  wire::PacketReader in;
  wire::PacketWriter out;

 private:
  wire::Handle descriptor_;
  bool is_device_;
  bool heard_ = false;
  bool silent_ = false;
};

}  // namespace sandbox::bridge
