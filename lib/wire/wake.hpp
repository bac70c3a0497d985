#pragma once
// Wake: what a virtual machine's first program is told before it becomes a sandbox. Until then
// a machine is like every other of its shape, so that one can be copied; what makes it itself comes
// in this frame (Kind::wake): the struct, and Tag::file for each file that shows inside. Freestanding.
#include <cstdint>

namespace sandbox::wire {

/// What the guest says over its port before anything else: it can be woken.
inline constexpr char kAsleep = '\5';
/// What it answers: from the next byte on the port belongs to the bridge. Anything else is the
/// beginning of a line that says what went wrong.
inline constexpr char kAwake = '\6';

/// A machine that runs can be brought to sleep again, to be saved (PacketType::sleep). Then one byte wakes it:
inline constexpr char kStay = '\7';   ///< it is the same one, and goes on
inline constexpr char kAnew = '\10';  ///< a copy: the frame follows, and all that was connected is gone

inline constexpr std::uint32_t kMaxWake = 8 << 20;  ///< bytes of the payload

/// Where a file shows inside; see engine::ShownFile.
enum class FilePlace : std::uint8_t { always = 0, instead = 1, possible = 2 };

/// The guest's network: a cable to the sandbox's own network namespace on the host, in host byte order.
struct Cable {
  std::uint32_t address;  ///< 0: none
  std::uint32_t gateway;
  std::uint32_t block;    ///< of the doors, behind the gateway
  std::uint32_t block_length, own_length;
};

struct Wake {
  std::int64_t seconds, nanoseconds;  ///< the time now, of the day
  std::uint8_t entropy[256];
  char host_name[64];                 ///< NUL-terminated
  std::uint64_t pids;
  std::uint64_t open_files;
  std::uint64_t kernel_bytes;         ///< of what is free when it wakes, kept from commands
  Cable cable;
};

}  // namespace sandbox::wire
