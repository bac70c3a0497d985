#include "life/vm_plan.hpp"

#include <fmt/format.h>
#include <sys/random.h>
#include <unistd.h>

#include <array>

#include "base/error.hpp"
#include "base/text.hpp"
#include "digest/sha256.hpp"
#include "engine/vm/disk.hpp"
#include "engine/vm/folder.hpp"
#include "engine/vm/pack.hpp"
#include "engine/vm/qemu.hpp"
#include "engine/vm/saved.hpp"
#include "life/kvm_choice.hpp"
#include "life/machine_parts.hpp"
#include "life/templates.hpp"
#include "store/images.hpp"

namespace sandbox::life {

namespace {

constexpr const char* kKernelImage = "vm-kernel";
constexpr const char* kTunnel = "/dev/net/tun";
constexpr std::size_t kMostProgram = 16 << 20;

Path machine_folder(const store::Store& store) {
  const auto image = store::find_image_if_any(store, kKernelImage);
  if (!image)
    throw Error(ExitCode::input, fmt::format("the store has no image '{}', which has the kernel of virtual machines", kKernelImage),
                fmt::format("sandbox-build {}", kKernelImage));
  const engine::GuestPrograms programs = engine::guest_programs();
  std::string key = image->digest;
  for (const Path& program : {programs.guest, programs.agent, programs.bridge}) key += digest::sha256_hex(read_file(program, kMostProgram));
  return made_once(store, store.machines() / "kernels" / digest::sha256_hex(key), [&](const Path& work) {
    const Path folder = work / "machine";
    std::filesystem::create_directory(folder);
    std::filesystem::permissions(folder, std::filesystem::perms(0755));
    engine::make_machine_folder(folder, engine::find_guest_kernel(store::layer_trees(store, *image)), programs);
    return folder;
  });
}

Path pack_of(const store::Store& store, const std::vector<Path>& layers) {
  std::string key;
  for (const Path& layer : layers) key += layer.parent_path().filename().native() + "\n";
  return made_once(store, store.machines() / "packs" / digest::sha256_hex(key), [&](const Path& work) {
    engine::make_pack(work, layers);
    return work / "pack";
  });
}

Path empty_disk(const store::Store& store, std::uint64_t bytes) {
  return made_once(store, store.machines() / "disks" / std::to_string(bytes), [&](const Path& work) {
    const Path disk = work / "disk";
    engine::make_empty_disk(disk, bytes);
    return disk;
  });
}

std::string random_id() {
  std::array<unsigned char, 16> bytes;
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) throw_system_error("cannot get random bytes");
  bytes[6] = (bytes[6] & 0x0F) | 0x40;  // version and variant of RFC 4122: machine-id(5) wants them as well
  bytes[8] = (bytes[8] & 0x3F) | 0x80;
  return fmt::format("{:02x}", fmt::join(bytes, ""));
}

/// Of an image that has one: all its machines would be the same to whoever asks.
engine::ShownFile fresh_machine_id() { return {"/etc/machine-id", random_id() + "\n", engine::ShownFile::Where::instead}; }

/// A kernel that ran has chosen its own, and all its copies have that.
engine::ShownFile fresh_boot_id() {
  std::string id = random_id();
  for (const std::size_t dash : {20U, 16U, 12U, 8U}) id.insert(dash, "-");
  return {"/proc/sys/kernel/random/boot_id", id + "\n", engine::ShownFile::Where::instead};
}

void refuse(const char* what) {
  throw Error(ExitCode::input, fmt::format("a virtual machine cannot have {}", what), "sandbox(7) lists what only one of the engines can do");
}

void refuse_what_it_cannot(const Plan& plan) {
  if (!plan.spec.shares.empty()) refuse("folders of the host (--mount, --cache)");
  if (!plan.spec.devices.empty()) refuse("devices of the host");
  if (::access(engine::kQemu, X_OK) < 0) throw Error(HostCheck::programs, "'qemu-system-x86_64' is not installed", "apt-get install qemu-system-x86");
}

/// KVM may run a page of code and no kernel: then the processor is emulated from now on.
Path template_with(const store::Store& store, engine::Spec& spec) {
  try {
    return ensure_template(store, spec);
  } catch (const Error& error) {
    if (!spec.vm->kvm || spec.vm->saved || error.code() != ExitCode::failed) throw;
    give_up_kvm(store);
    spec.vm->kvm = false;
    return ensure_template(store, spec);
  }
}

/// A machine that cannot have one starts all the same, only later.
void choose_template(Plan& plan, const store::Store& store, const config::Config& config, const LaunchRequest& request) {
  auto& machine = *plan.sandbox.machine;
  if (request.no_template || !config.use_templates) {
    machine.no_template = request.no_template ? "--no-template" : "isolation.template is false";
    return;
  }
  try {
    plan.spec.vm->keeper = template_with(store, plan.spec);
    machine.copied_from = plan.spec.vm->keeper->stem();
  } catch (const Error& error) {
    if (error.code() != ExitCode::failed) throw;  // what the host lacks for one it lacks for all
    machine.no_template = error.what();
  }
}

void start_afresh(engine::Virtual& vm, const Plan& plan, const store::Store& store) {
  vm.image = pack_of(store, plan.spec.layers);
  vm.disk = empty_disk(store, *plan.spec.limits.disk_bytes);
}

[[noreturn]] void refuse_limit(const record::Image& image, const char* what) {
  throw Error(ExitCode::input, fmt::format("the machine in the image '{}' has another {}, and goes on as it is", image.name, what),
              fmt::format("leave the option out, or launch '{}'", image.snapshot_of ? image.snapshot_of->image : "the image below"));
}

void refuse_other_limits(const record::Limits& wanted, const record::Image& image) {
  const record::Limits& saved = image.defaults.resources;
  if (wanted.memory_bytes != saved.memory_bytes) refuse_limit(image, "size of memory");
  if (wanted.cpus != saved.cpus) refuse_limit(image, "number of processors");
  if (wanted.disk_bytes != saved.disk_bytes) refuse_limit(image, "size of disk");
  if (wanted.pids != saved.pids) refuse_limit(image, "limit of processes");
  if (wanted.open_files != saved.open_files) refuse_limit(image, "limit of open files");
}

void go_on_from(engine::Virtual& vm, Plan& plan, const store::Store& store, const record::Image& image) {
  refuse_other_limits(plan.spec.limits, image);
  const Path folder = store::machine_tree(store, image);
  const auto files = engine::SavedFiles::in(folder);
  vm.saved = folder;
  vm.image = files.image;
  vm.disk = files.disk;
  const bool ran_on_kvm = image.machine->processor == "kvm";
  if (ran_on_kvm && !vm.kvm)
    throw Error(HostCheck::kvm, fmt::format("the machine in the image '{}' ran by KVM", image.name), "launch on a host on which KVM starts a machine");
  if (image.machine->cable && !vm.cable)
    throw Error(HostCheck::network, fmt::format("the machine in the image '{}' needs '{}'", image.name, kTunnel), "chmod 666 /dev/net/tun, as udev has it");
  vm.kvm = ran_on_kvm;
  vm.cable = image.machine->cable;
  plan.spec.files.push_back(fresh_boot_id());
}

/// The programs inside and QEMU must be those that it was saved with: neither side could know the other.
void refuse_other_machine(const engine::Spec& spec, const record::Image& image) {
  const record::SavedMachine here = shape_to_save(spec);
  const char* other = here.kernel != image.machine->kernel ? "kernel, or other programs inside" : here.qemu != image.machine->qemu ? "QEMU" : nullptr;
  if (other)
    throw Error(ExitCode::input, fmt::format("the machine in the image '{}' ran with another {} than this host has now", image.name, other),
                fmt::format("launch '{}', and take the snapshot again", image.snapshot_of ? image.snapshot_of->image : "the image below"));
}

}  // namespace

void check_cable(const doors::Rules& rules) {
  if (rules.rules.empty()) return;
  throw Error(HostCheck::network, fmt::format("doors of a virtual machine need '{}'", kTunnel), "chmod 666 /dev/net/tun, as udev has it");
}

bool wants_vm(const config::Config& config, const LaunchRequest& request, const record::Image& image) {
  if (!image.machine) return wants_vm(config, request);
  if (request.engine == "container")
    throw Error(ExitCode::input, fmt::format("the image '{}' holds a virtual machine that ran: a container cannot go on from it", image.name),
                "leave out --engine container");
  return true;
}

bool wants_vm(const config::Config& config, const LaunchRequest& request) {
  if (request.building) return false;
  const std::string engine = request.engine.value_or(config.engine);
  if (engine != "vm" && engine != "container")
    throw Error(ExitCode::input, fmt::format("{} '{}': unknown", request.engine ? "--engine" : "isolation.engine", visible(engine)), "container or vm");
  return engine == "vm";
}

record::SavedMachine shape_to_save(const engine::Spec& spec) {
  return {spec.vm->folder.filename(), engine::template_shape(spec).qemu(), spec.vm->kvm ? "kvm" : "emulated", spec.vm->cable};
}

void plan_vm(Plan& plan, const store::Store& store, const config::Config& config, const LaunchRequest& request, const record::Image& image) {
  refuse_what_it_cannot(plan);
  engine::Virtual vm;
  vm.folder = machine_folder(store);
  vm.scratch = store.temporary();
  vm.cable = ::access(kTunnel, R_OK | W_OK) == 0;
  vm.kvm = kvm_works(store);
  if (image.machine) go_on_from(vm, plan, store, image);
  else start_afresh(vm, plan, store);
  if (!vm.cable && plan.doors) check_cable(plan.doors->rules);
  plan.spec.files.push_back(fresh_machine_id());
  plan.spec.vm = std::move(vm);
  if (image.machine) refuse_other_machine(plan.spec, image);
  plan.sandbox.engine = "vm";
  plan.sandbox.machine.emplace();
  choose_template(plan, store, config, request);
  plan.sandbox.machine->processor = plan.spec.vm->kvm ? "kvm" : "emulated";
}

}  // namespace sandbox::life
