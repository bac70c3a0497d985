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

/// Of an image that has one: all its machines would be the same to whoever asks.
engine::ShownFile fresh_machine_id() {
  std::array<unsigned char, 16> bytes;
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) throw_system_error("cannot get random bytes");
  return {"/etc/machine-id", fmt::format("{:02x}\n", fmt::join(bytes, "")), engine::ShownFile::Where::instead};
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
    if (!spec.vm->kvm || error.code() != ExitCode::failed) throw;
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

}  // namespace

void check_cable(const doors::Rules& rules) {
  if (rules.rules.empty()) return;
  throw Error(HostCheck::network, fmt::format("doors of a virtual machine need '{}'", kTunnel), "chmod 666 /dev/net/tun, as udev has it");
}

bool wants_vm(const config::Config& config, const LaunchRequest& request) {
  if (request.building) return false;
  const std::string engine = request.engine.value_or(config.engine);
  if (engine != "vm" && engine != "container")
    throw Error(ExitCode::input, fmt::format("{} '{}': unknown", request.engine ? "--engine" : "isolation.engine", visible(engine)), "container or vm");
  return engine == "vm";
}

void plan_vm(Plan& plan, const store::Store& store, const config::Config& config, const LaunchRequest& request) {
  refuse_what_it_cannot(plan);
  engine::Virtual vm;
  vm.folder = machine_folder(store);
  vm.image = pack_of(store, plan.spec.layers);
  vm.disk = empty_disk(store, *plan.spec.limits.disk_bytes);
  vm.scratch = store.temporary();
  vm.cable = ::access(kTunnel, R_OK | W_OK) == 0;
  if (!vm.cable && plan.doors) check_cable(plan.doors->rules);
  vm.kvm = kvm_works(store);
  plan.spec.files.push_back(fresh_machine_id());
  plan.spec.vm = std::move(vm);
  plan.sandbox.engine = "vm";
  plan.sandbox.machine.emplace();
  choose_template(plan, store, config, request);
  plan.sandbox.machine->processor = plan.spec.vm->kvm ? "kvm" : "emulated";
}

}  // namespace sandbox::life
