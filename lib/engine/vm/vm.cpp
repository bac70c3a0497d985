#include "engine/vm/vm.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>

#include <cmath>
#include <cstdlib>
#include <cstring>

#include "base/child.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/passing.hpp"
#include "engine/container/container.hpp"
#include "engine/vm/cable.hpp"
#include "engine/vm/disk.hpp"
#include "engine/vm/machine_frame.hpp"
#include "engine/vm/mapping.hpp"
#include "engine/vm/qmp.hpp"
#include "engine/vm/template.hpp"
#include "engine/vm/walls.hpp"
#include "isolate/program.hpp"
#include "wire/frame.hpp"
#include "wire/wake.hpp"

namespace sandbox::engine {

namespace {

constexpr std::uint64_t kMemoryOfKernel = 16 << 20;
constexpr std::size_t kMostProgram = 16 << 20;

wire::Wake wake_for(const Spec& spec) {
  wire::Wake wake{};
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  wake.seconds = now.tv_sec;
  wake.nanoseconds = now.tv_nsec;
  if (::getrandom(wake.entropy, sizeof wake.entropy, 0) != sizeof wake.entropy) throw_system_error("cannot get random bytes");
  std::strncpy(wake.host_name, spec.id.c_str(), sizeof wake.host_name - 1);
  wake.pids = *spec.limits.pids;
  wake.open_files = *spec.limits.open_files;
  wake.kernel_bytes = kMemoryOfKernel;
  if (spec.vm->cable) wake.cable = cable_for_guest();
  return wake;
}

std::string wake_frame(const Spec& spec) {
  std::size_t size = sizeof(wire::Header) + sizeof(wire::Wake) + 64;
  for (const ShownFile& file : spec.files) size += file.path.size() + file.text.size() + 16;
  if (size > wire::kMaxWake) throw Error(ExitCode::input, "what is shown inside is more than 8 MiB", "use fewer presets with certificates of their own");
  std::string buffer(size, '\0');
  wire::FieldWriter frame(buffer, wire::Kind::wake);
  frame.add_value(wire::Tag::wake, wake_for(spec));
  for (const ShownFile& file : spec.files) {
    std::string field(1, static_cast<char>(file.where));
    frame.add(wire::Tag::file, field.append(file.path).append(1, '\0').append(file.text));
  }
  return std::string(frame.bytes());
}

Fd open_of(const Fd& process, const char* file) {
  return checked_fd(::openat(process.get(), file, O_RDONLY | O_CLOEXEC), "cannot read the machine's memory", file);
}

class Vm final : public Machine {
 public:
  Vm(const Spec& spec, const HostFacts& facts, std::optional<Template> copied)
      : spec_(spec), cpus_(machine_cpus(spec.limits)), around_(spec_around(spec)), walls_(plan_vm_walls(spec, around_, facts)), template_(std::move(copied)) {}

  void await_start() override;
  const std::vector<record::Wall>& walls() const override { return walls_; }
  const std::map<std::string, double>& timings_ms() const override { return timings_ms_; }
  int pid() const override { return container_->pid(); }
  const Fd& control() const override { return control_; }
  const Fd& ending() const override { return container_->ending(); }
  int cgroup() const override { return -1; }  // it is the guest's own

  Fd take_workspace() override { return {}; }
  std::optional<unsigned> owner() const override { return container_->owner(); }

  std::optional<std::string> objection(const record::Limits& wanted) const override;
  void limit(const record::Limits& wanted) override { container_->limit(wanted); }
  void freeze(bool still) override { container_->freeze(still); }
  Written snapshot() const override;
  void hold(bool still) override;
  record::Usage usage() const override;
  Counters counters() override { return {inner_.memory_kills, inner_.pids_hits, 0, inner_.disk_left_bytes}; }
  void heard(const Inner& inner) override { inner_ = inner; }
  void kill() noexcept override { container_->kill(); }
  std::uint64_t end() override { return container_->end(); }

  void start(const HostFacts& facts, Fd bridge);

 private:
  void start_machine();
  void give_template(MachineFrame& frame, const Fd& qemus_monitor);
  void give_memory(MachineFrame& frame, const Fd& qemus_monitor);
  Fd qemu() const;
  int qemu_number() const;
  const Spec& spec_;  // its limits change with sandbox-change
  const unsigned cpus_;
  Spec around_;
  std::vector<record::Wall> walls_;
  std::map<std::string, double> timings_ms_;
  std::unique_ptr<Machine> container_;
  Fd control_, theirs_;  // to the bridge; it hears of its end in the machine frame
  Fd disk_;
  std::optional<Template> template_;
  Fd monitor_;  // QEMU has its orders, and its answers are of no use
  Fd memory_;   // the template's, or its own
  bool writes_into_memory_ = false;  // else what it writes is nowhere but in its process
  Fd sleep_;    // to the bridge; see wire::Sleep
  Inner inner_{.disk_left_bytes = UINT64_MAX};
};

void Vm::start(const HostFacts& facts, Fd bridge) {
  std::tie(control_, theirs_) = socket_pair(SOCK_SEQPACKET);
  disk_ = copy_disk(spec_.vm->disk, spec_.vm->scratch);
  container_ = start_container(around_, facts, std::move(bridge));
}

void Vm::await_start() {
  Stopwatch watch;
  container_->await_start();
  timings_ms_ = container_->timings_ms();
  start_machine();
  timings_ms_["machine"] = watch.lap_ms();
}

void Vm::start_machine() {
  const Fd cable = spec_.vm->cable ? plug_cable(container_->ending()) : Fd();
  const Fd image = checked_fd(::open(spec_.vm->image.c_str(), O_RDONLY | O_CLOEXEC), "cannot open", spec_.vm->image.native());
  MachineFrame frame({.name = spec_.id, .memory_bytes = *spec_.limits.memory_bytes, .cpus = cpus_, .kvm = spec_.vm->kvm}, theirs_);
  frame.add_disks(image, disk_);
  if (cable) frame.add_cable(cable);
  frame.wake_with(spec_.vm->saved ? wire::kAnew + wake_frame(spec_) : wake_frame(spec_));
  auto [monitor, qemus_monitor] = socket_pair(SOCK_STREAM);
  monitor_ = std::move(monitor);
  if (template_) give_template(frame, qemus_monitor);
  else give_memory(frame, qemus_monitor);
  auto [ours, bridges] = socket_pair(SOCK_SEQPACKET);
  sleep_ = std::move(ours);
  frame.add_sleep(bridges);
  frame.send(container_->control());
  theirs_.close();
}

void Vm::give_template(MachineFrame& frame, const Fd& qemus_monitor) {
  const bool ran = spec_.vm->saved.has_value();
  memory_ = std::move(template_->memory);
  frame.add_copy(memory_, qemus_monitor);
  if (ran) frame.go_on_headless();
  Qmp::order_copy(monitor_, template_->state, ran ? Qmp::State::headless : Qmp::State::whole);
  template_.reset();
}

void Vm::give_memory(MachineFrame& frame, const Fd& qemus_monitor) {
  memory_ = memory_file("sandbox-memory", *spec_.limits.memory_bytes);
  writes_into_memory_ = true;
  frame.add_template(memory_, qemus_monitor);
  Qmp::order_nothing(monitor_);
}

/// Its bridge's only child, as a directory of /proc: one that has ended has nothing in it, whoever has its number by now.
Fd Vm::qemu() const {
  const int child = qemu_number();
  Fd process(::open(fmt::format("/proc/{}", child).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!process || qemu_number() != child) throw Error(ExitCode::failed, "the machine's QEMU has just ended");
  return process;
}

int Vm::qemu_number() const {
  const Fd folder(::open(fmt::format("/proc/{0}/task/{0}", container_->pid()).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  const auto children = folder ? read_small(folder.get(), "children") : std::nullopt;
  const int child = children ? std::atoi(children->c_str()) : 0;
  if (child <= 0) throw Error(ExitCode::failed, "the machine's QEMU cannot be found");
  return child;
}

Written Vm::snapshot() const {
  Written written;
  Running& running = written.running.emplace();
  running.sleep = duplicate(sleep_);
  running.monitor = duplicate(monitor_);
  running.disk = duplicate(disk_);
  if (writes_into_memory_) {
    running.memory = duplicate(memory_);
    return written;
  }
  const Fd process = qemu();
  running.address = mapped_at(process, memory_, *spec_.limits.memory_bytes);
  running.memory = open_of(process, "mem");
  running.pages = open_of(process, "pagemap");
  running.below = duplicate(memory_);
  return written;
}

/// Whoever saves it brings it to rest; whatever he did or did not do, it goes on.
void Vm::hold(bool still) {
  if (still) return;
  Qmp::order_on(monitor_);
  const char word = static_cast<char>(wire::Sleep::end);
  if (::send(sleep_.get(), &word, 1, MSG_DONTWAIT | MSG_NOSIGNAL) != 1) throw_system_error("cannot reach the machine's bridge");
}

std::optional<std::string> Vm::objection(const record::Limits& wanted) const {
  if (wanted.memory_bytes) return "a virtual machine keeps the memory it was started with";
  if (wanted.pids) return "a virtual machine keeps its limit of processes";
  if (wanted.disk_bytes) return "a virtual machine keeps the disk it was started with";
  if (wanted.cpus && *wanted.cpus > cpus_) return "a virtual machine keeps the number of processors it was started with";
  return container_->objection(wanted);
}

/// Time and memory as the host pays for them; the rest as the guest says.
record::Usage Vm::usage() const {
  record::Usage usage = container_->usage();
  struct stat info {};
  if (::fstat(disk_.get(), &info) == 0) usage.disk_bytes = static_cast<std::uint64_t>(info.st_blocks) * 512;
  usage.processes = inner_.processes;
  return usage;
}

}  // namespace

Fd prepare_bridge() {
  const std::string bytes = read_file(libexec_directory() / "sandbox-bridge", kMostProgram);
  return isolate::sealed_program("sandbox-bridge", {reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()});
}

std::unique_ptr<Machine> start_vm(const Spec& spec, const HostFacts& facts, Fd bridge, std::optional<Template> copied) {
  auto vm = std::make_unique<Vm>(spec, facts, std::move(copied));
  vm->start(facts, std::move(bridge));
  return vm;
}

}  // namespace sandbox::engine
