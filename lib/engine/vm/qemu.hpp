#pragma once
// Qemu: the command line of a machine. Everything comes by descriptor or is in the machine's folder; see
// the page of QEMU 7.2, qemu-system-x86_64(1).
#include <cstdint>
#include <string>
#include <vector>

namespace sandbox::engine {

struct QemuShape {
  std::string name;
  std::uint64_t memory_bytes = 0;
  unsigned cpus = 1;
  bool kvm = false;
  // Numbers of descriptors, as QEMU has them.
  int channel = -1;  ///< a connected socket: the guest's port
  int console = -1;  ///< the same: what the kernel says
  int image = -1;    ///< to be read
  int disk = -1;     ///< to be read and written
  int cable = -1;    ///< a tap device
  // Of a template and its copies; -1: the machine is neither.
  int memory = -1;   ///< a memory file
  int monitor = -1;  ///< a socket: QMP
  bool copy = false;
  bool headless = false;  ///< its state: see Qmp::save_devices()
};

/// Where it is inside its walls.
inline constexpr const char* kQemu = "/usr/bin/qemu-system-x86_64";

std::vector<std::string> qemu_command(const QemuShape& shape);

}  // namespace sandbox::engine
