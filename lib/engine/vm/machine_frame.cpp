#include "engine/vm/machine_frame.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/passing.hpp"
#include "wire/frame.hpp"

namespace sandbox::engine {

unsigned machine_cpus(const record::Limits& limits) { return static_cast<unsigned>(std::max(1.0, std::ceil(*limits.cpus))); }

MachineFrame::MachineFrame(QemuShape shape, const Fd& control) : shape_(std::move(shape)), descriptors_{control.get()} {
  shape_.channel = wire::kMachineChannelFd;
  shape_.console = wire::kMachineConsoleFd;
}

/// Its number in QEMU: the first one is not passed on to it.
int MachineFrame::add(const Fd& descriptor) {
  descriptors_.push_back(descriptor.get());
  return wire::kFirstMachineFd + static_cast<int>(descriptors_.size()) - 2;
}

void MachineFrame::add_disks(const Fd& image, const Fd& disk) {
  shape_.image = add(image);
  shape_.disk = add(disk);
}

void MachineFrame::add_cable(const Fd& cable) { shape_.cable = add(cable); }

void MachineFrame::add_template(const Fd& memory, const Fd& monitor) {
  shape_.memory = add(memory);
  shape_.monitor = add(monitor);
}

void MachineFrame::add_copy(const Fd& memory, const Fd& monitor) {
  add_template(memory, monitor);
  shape_.copy = true;
}

void MachineFrame::send(const Fd& socket) const {
  const std::vector<std::string> words = qemu_command(shape_);
  std::size_t size = sizeof(wire::Header) + 64;
  for (const std::string& word : words) size += word.size() + 16;
  std::string buffer(size, '\0');
  wire::FieldWriter frame(buffer, wire::Kind::machine);
  for (const std::string& word : words) frame.add(wire::Tag::argument, word);
  std::vector<int> descriptors = descriptors_;
  if (sleep_ >= 0) descriptors.push_back(sleep_);
  Fd wake;
  if (!wake_.empty()) {
    // Certificates alone may be more than a socket takes at once.
    wake = checked_fd(::memfd_create("wake", MFD_CLOEXEC), "cannot keep", "what wakes the machine");
    write_all(wake.get(), wake_, "what wakes the machine");
    descriptors.push_back(wake.get());
    frame.add(wire::Tag::frame);
  }
  if (sleep_ >= 0) frame.add(wire::Tag::sleep);
  if (shape_.copy) frame.add(wire::Tag::own);
  const std::string_view bytes = frame.bytes();
  if (send_passing(socket.get(), bytes, descriptors) != static_cast<ssize_t>(bytes.size())) throw_system_error("cannot start the machine");
}

}  // namespace sandbox::engine
