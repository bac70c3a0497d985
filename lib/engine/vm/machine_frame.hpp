#pragma once
// Machine frame: QEMU's command line with the descriptors it names, for the bridge that starts it
// (wire::Kind::machine). Which number a descriptor has in QEMU follows from the order in which it is added.
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "engine/vm/qemu.hpp"
#include "record/limits.hpp"

namespace sandbox::engine {

/// Whole ones: a machine cannot have half a processor; the cgroup around it bounds the time.
unsigned machine_cpus(const record::Limits& limits);

class MachineFrame {
 public:
  /// `control`: what becomes the bridge's control socket. Borrowed, as all others, until send().
  MachineFrame(QemuShape shape, const Fd& control);

  void add_disks(const Fd& image, const Fd& disk);
  void add_cable(const Fd& cable);
  /// `monitor`: QEMU's end.
  void add_template(const Fd& memory, const Fd& monitor);
  /// It waits for orders to go on as a copy of one; see Qmp::order_copy().
  void add_copy(const Fd& memory, const Fd& monitor);
  /// Of one whose state has no head: a machine that ran is saved so.
  void go_on_headless() { shape_.headless = true; }
  /// The bridge's end.
  void add_sleep(const Fd& orders) { sleep_ = orders.get(); }
  /// A frame for the guest; without it the machine is to sleep.
  void wake_with(std::string frame) { wake_ = std::move(frame); }

  const QemuShape& shape() const { return shape_; }
  void send(const Fd& socket) const;

 private:
  int add(const Fd& descriptor);
  QemuShape shape_;
  std::vector<int> descriptors_;
  std::string wake_;
  int sleep_ = -1;
};

}  // namespace sandbox::engine
