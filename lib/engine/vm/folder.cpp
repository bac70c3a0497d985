#include "engine/vm/folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/child.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "engine/vm/cpio.hpp"

namespace sandbox::engine {

namespace {

constexpr std::size_t kMostKernel = 64 << 20;
constexpr std::size_t kMostProgram = 16 << 20;

/// In the order in which they need each other. One that is not there is part of the kernel.
constexpr std::array kModules = {"drivers/virtio/virtio_ring",
                                 "drivers/virtio/virtio",
                                 "drivers/virtio/virtio_pci_legacy_dev",
                                 "drivers/virtio/virtio_pci_modern_dev",
                                 "drivers/virtio/virtio_pci",
                                 "drivers/block/virtio_blk",
                                 "drivers/char/virtio_console",
                                 "net/core/failover",
                                 "drivers/net/net_failover",
                                 "drivers/net/virtio_net",
                                 "lib/libcrc32c",
                                 "fs/netfs/netfs",
                                 "fs/erofs/erofs",
                                 "fs/overlayfs/overlay"};

/// What QEMU's root shows: mount points, and a merged /usr as every Debian has it.
constexpr std::array kSkeletonFolders = {"usr", "dev", "proc", "tmp", "machine"};
constexpr std::array<std::array<const char*, 2>, 4> kSkeletonLinks = {
    {{"bin", "usr/bin"}, {"sbin", "usr/sbin"}, {"lib", "usr/lib"}, {"lib64", "usr/lib64"}}};

void add_modules(Cpio& archive, const Path& modules) {
  archive.folder("modules");
  std::string list;
  for (const std::string_view module : kModules) {
    for (const char* ending : {".ko", ".ko.xz", ".ko.zst"}) {
      const auto bytes = read_file_if_exists(modules / (std::string(module) + ending), kMostProgram);
      if (!bytes) continue;
      const std::string name = Path(module).filename().native() + ending;
      archive.file("modules/" + name, 0644, *bytes);
      list += name + "\n";
      break;
    }
  }
  archive.file("modules/list", 0644, list);
}

std::string make_initramfs(const Path& modules, const GuestPrograms& programs) {
  Cpio archive;
  for (const char* folder : {"dev", "proc", "image", "disk", "root", "group"}) archive.folder(folder);
  archive.device("dev/console", 5, 1);
  archive.file("init", 0755, read_file(programs.guest, kMostProgram));
  archive.file("sandbox-agent", 0755, read_file(programs.agent, kMostProgram));
  archive.file("sandbox-bridge", 0755, read_file(programs.bridge, kMostProgram));
  add_modules(archive, modules);
  return std::move(archive).finish();
}

void make_skeleton(const Path& tree) {
  std::filesystem::create_directory(tree);
  for (const char* folder : kSkeletonFolders) std::filesystem::create_directory(tree / folder);
  for (const auto& [name, target] : kSkeletonLinks) std::filesystem::create_symlink(target, tree / name);
}

/// The newest, should there be several.
std::string release_in(const Path& tree) {
  std::string newest;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(tree / "boot", error)) {
    const std::string name = entry.path().filename();
    constexpr std::string_view kPrefix = "vmlinuz-";
    if (!name.starts_with(kPrefix) || !entry.is_regular_file(error)) continue;
    newest = std::max(newest, name.substr(kPrefix.size()));
  }
  return newest;
}

Path modules_of(const Path& tree, const std::string& release) {
  for (const char* folder : {"lib/modules", "usr/lib/modules"})
    if (std::filesystem::is_directory(tree / folder / release / "kernel")) return tree / folder / release / "kernel";
  throw Error(ExitCode::input, fmt::format("the kernel's image has no modules for '{}'", visible(release)), "sandbox-build vm-kernel makes one that has");
}

}  // namespace

GuestKernel find_guest_kernel(const std::vector<Path>& trees) {
  for (auto tree = trees.rbegin(); tree != trees.rend(); ++tree) {
    const std::string release = release_in(*tree);
    if (!release.empty()) return {*tree / "boot" / ("vmlinuz-" + release), modules_of(*tree, release), release};
  }
  throw Error(ExitCode::input, "the kernel's image has no /boot/vmlinuz-RELEASE", "sandbox-build vm-kernel makes one that has");
}

GuestPrograms guest_programs() {
  const Path folder = libexec_directory();
  return {folder / "sandbox-guest", folder / "sandbox-agent", folder / "sandbox-bridge"};
}

void make_machine_folder(const Path& folder, const GuestKernel& kernel, const GuestPrograms& programs) {
  // Nobody's ids may read them in there, whatever the mask of whoever builds.
  replace_file(folder / "vmlinuz", read_file(kernel.image, kMostKernel), 0644);
  replace_file(folder / "initramfs", make_initramfs(kernel.modules, programs), 0644);
  make_skeleton(folder / "skeleton");
}

}  // namespace sandbox::engine
