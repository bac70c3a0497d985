#include "engine/vm/qemu.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sandbox::engine {

namespace {

/// Without the kernel's audit, as in a container: who may not write to it there would end a session of sshd. The
/// emulated processor's clock must not be calibrated against a busy host's.
constexpr const char* kKernelWords =
    "console=ttyS0 quiet loglevel=4 reboot=t panic=-1 no_timer_check i8042.noaux i8042.nokbd i8042.nopnp i8042.dumbkbd "
    "cryptomgr.notests random.trust_cpu=on rcupdate.rcu_expedited=1 swiotlb=noforce net.ifnames=0 audit=0 rdinit=/init";
constexpr const char* kEmulatedClock = " tsc=unstable clocksource=acpi_pm";

/// With what QEMU itself forbids itself, inside our walls.
constexpr const char* kOwnFilter = "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny";

using Words = std::vector<std::string>;

void add(Words& all, std::initializer_list<std::string> words) { all.insert(all.end(), words); }

void add_machine(Words& all, const QemuShape& shape) {
  add(all, {"-M", "q35,smbus=off,sata=off,usb=off,vmport=off,graphics=off", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
            "-sandbox", kOwnFilter, "-name", shape.name, "-m", fmt::format("{}k", shape.memory_bytes >> 10), "-smp",
            fmt::format("{}", shape.cpus)});
  if (shape.kvm) add(all, {"-accel", "kvm", "-cpu", "host"});
  else add(all, {"-accel", "tcg,thread=multi", "-cpu", "max"});
}

/// The memory of a copy is mapped privately: what it writes is its own.
void add_memory(Words& all, const QemuShape& shape) {
  if (shape.memory < 0) return;
  *(std::ranges::find(all, "-M") + 1) += ",memory-backend=ram";
  add(all, {"-object", fmt::format("memory-backend-file,id=ram,size={}k,mem-path=/proc/self/fd/{},share={}", shape.memory_bytes >> 10, shape.memory,
                                   shape.copy ? "off" : "on")});
  add(all, {"-chardev", fmt::format("socket,id=monitor,fd={}", shape.monitor), "-mon", "chardev=monitor,mode=control"});
  if (shape.copy) add(all, {"-incoming", "defer"});
  if (shape.headless) add(all, {"-global", "migration.send-configuration=off"});
}

/// A copy's is in its memory.
void add_kernel(Words& all, const QemuShape& shape) {
  if (shape.copy) return;
  add(all, {"-kernel", "/machine/vmlinuz", "-initrd", "/machine/initramfs", "-append",
            std::string(kKernelWords) + (shape.kvm ? "" : kEmulatedClock)});
}

/// A descriptor under a number of QEMU's own, as "/dev/fdset/N".
std::string descriptor(Words& all, int fd) {
  add(all, {"-add-fd", fmt::format("fd={0},set={0}", fd)});
  return fmt::format("/dev/fdset/{}", fd);
}

void add_port(Words& all, const QemuShape& shape) {
  add(all, {"-device", "virtio-serial-pci,max_ports=2", "-chardev", fmt::format("socket,id=port,fd={}", shape.channel), "-device",
            "virtserialport,chardev=port,nr=1,name=sandbox"});
}

/// The kernel's own words; it may say what it likes: whoever reads the other end keeps the last of them.
void add_console(Words& all, const QemuShape& shape) {
  add(all, {"-chardev", fmt::format("socket,id=console,fd={}", shape.console), "-serial", "chardev:console"});
}

/// The order is that of /dev/vda and /dev/vdb.
void add_disks(Words& all, const QemuShape& shape) {
  const std::string image = descriptor(all, shape.image), disk = descriptor(all, shape.disk);
  add(all, {"-blockdev", fmt::format("driver=file,node-name=image,filename={},read-only=on,locking=off", image), "-device",
            "virtio-blk-pci,drive=image"});
  add(all, {"-blockdev", fmt::format("driver=file,node-name=disk,filename={},discard=unmap,locking=off", disk), "-device",
            "virtio-blk-pci,drive=disk,discard=on"});
}

void add_cable(Words& all, const QemuShape& shape) {
  if (shape.cable < 0) return;
  add(all, {"-netdev", fmt::format("tap,id=cable,fd={},vhost=off", shape.cable), "-device", "virtio-net-pci,netdev=cable,romfile="});
}

}  // namespace

std::vector<std::string> qemu_command(const QemuShape& shape) {
  Words all = {kQemu};
  add_machine(all, shape);
  add_memory(all, shape);
  add_kernel(all, shape);
  add_port(all, shape);
  add_console(all, shape);
  add_disks(all, shape);
  add_cable(all, shape);
  return all;
}

}  // namespace sandbox::engine
