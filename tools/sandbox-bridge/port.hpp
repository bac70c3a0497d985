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
  /// What is to be written now.
  std::string_view due() const;
  bool is_flowing() const { return !stopped_; }
  /// Nothing that is said from here on is written,
  void stop();
  /// until this word was.
  void go_on(char word) { word_ = word; }
  /// As if nothing had been said yet. There is nothing to be read.
  void forget();
  /// Ended between two packets, or never broke the rules.
  bool is_clean() const { return !in.malformed() && in.empty(); }

  wire::PacketReader in;
  wire::PacketWriter out;

 private:
  wire::Handle descriptor_;
  void went(std::size_t bytes);
  bool is_device_;
  bool stopped_ = false;
  std::size_t before_ = 0;  ///< the stop, in bytes
  char word_ = 0;
  bool heard_ = false;
  bool silent_ = false;
};

}  // namespace sandbox::bridge
