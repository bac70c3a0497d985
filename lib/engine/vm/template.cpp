#include "engine/vm/template.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cmath>
#include <thread>

#include "base/error.hpp"
#include "base/passing.hpp"
#include "base/text.hpp"
#include "digest/sha256.hpp"
#include "engine/container/container.hpp"
#include "engine/vm/cable.hpp"
#include "engine/vm/disk.hpp"
#include "engine/vm/machine_frame.hpp"
#include "engine/vm/qemu.hpp"
#include "engine/vm/qmp.hpp"
#include "engine/vm/vm.hpp"
#include "wire/frame.hpp"

namespace sandbox::engine {

namespace {

using std::chrono::milliseconds;

constexpr int kPatienceMs = 120'000;
constexpr milliseconds kSettling{100};  ///< what the guest still does after it said that it sleeps

/// Waits for the word of the bridge around the machine.
void await_sleep(const Fd& control) {
  pollfd waiting{control.get(), POLLIN, 0};
  if (::poll(&waiting, 1, kPatienceMs) <= 0) throw Error(ExitCode::failed, "the template's machine does not start");
  char frame[8192];
  const ssize_t n = ::read(control.get(), frame, sizeof frame);
  wire::Header header;
  if (n < static_cast<ssize_t>(sizeof header)) throw Error(ExitCode::failed, "the template's machine died");
  std::memcpy(&header, frame, sizeof header);
  if (header.kind == wire::Kind::asleep) return;
  throw Error(ExitCode::failed, fmt::format("the template's machine did not start: {}",
                                            visible({frame + sizeof header, static_cast<std::size_t>(n) - sizeof header})));
}

}  // namespace

Fd memory_file(const char* name, std::uint64_t bytes) {
  Fd file = checked_fd(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING), "cannot make a memory file");
  if (::ftruncate(file.get(), static_cast<off_t>(bytes)) < 0) throw_system_error("cannot size a memory file");
  return file;
}

void seal(const Fd& file) {
  if (::fcntl(file.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) < 0) throw_system_error("cannot seal the template");
}

std::string TemplateShape::key() const { return digest::sha256_hex(fmt::format("{}\n{}", folder.native(), qemu())); }

std::string TemplateShape::qemu() const {
  struct stat qemu {};
  if (::stat(kQemu, &qemu) < 0) throw_system_error("cannot look at", kQemu, HostCheck::programs);
  const QemuShape shape{.memory_bytes = memory_bytes, .cpus = cpus, .kvm = kvm};  // and how we start it
  return digest::sha256_hex(fmt::format("{}\n{}\n{} {} {}", fmt::join(qemu_command(shape), " "), cable, qemu.st_ino,
                                        qemu.st_size, qemu.st_mtim.tv_sec));
}

TemplateShape template_shape(const Spec& spec) {
  return {spec.vm->folder, *spec.limits.memory_bytes, machine_cpus(spec.limits), spec.vm->cable, spec.vm->kvm};
}

Template make_template(const TemplateShape& wanted, const Spec& around, const Path& scratch, const HostFacts& facts) {
  auto [control, theirs] = socket_pair(SOCK_SEQPACKET);
  auto [monitor, qemus_monitor] = socket_pair(SOCK_STREAM);
  const auto container = start_container(around, facts, prepare_bridge());
  container->await_start();
  const Fd cable = wanted.cable ? plug_cable(container->ending()) : Fd();
  const Fd disk = unused_disk(scratch), image = opened_anew(disk, O_RDONLY);
  Template made{memory_file("sandbox-template", wanted.memory_bytes), memory_file("sandbox-template-state", 0)};
  MachineFrame frame({.name = around.id, .memory_bytes = wanted.memory_bytes, .cpus = wanted.cpus, .kvm = wanted.kvm}, theirs);
  frame.add_disks(image, disk);
  if (cable) frame.add_cable(cable);
  frame.add_template(made.memory, qemus_monitor);
  frame.send(container->control());
  theirs.close();
  qemus_monitor.close();
  await_sleep(control);
  std::this_thread::sleep_for(kSettling);
  Qmp(std::move(monitor)).save(made.state);
  container->end();
  seal(made.memory);
  seal(made.state);
  return made;
}

}  // namespace sandbox::engine
