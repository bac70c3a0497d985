#include "kept.hpp"

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <charconv>

#include "base/error.hpp"
#include "image/leftovers.hpp"
#include "image/written.hpp"
#include "isolate/mount.hpp"
#include "isolate/within_ids.hpp"
#include "life/door_plan.hpp"
#include "life/ssh.hpp"

namespace sandbox::tool {

namespace {

/// Root's layers hold plain ids: the mount makes them of the sandbox's. A user's layers are his.
Fd open_tree(const life::Still& still, const Path& tree) {
  if (still.stillness().ids.root_is_caller()) return image::open_top(tree);
  return isolate::copy_mount_mapped(AT_FDCWD, tree.c_str(), MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, still.users());
}

std::uint64_t number_in(const std::string& text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

void remove_resolver(const Fd& top) {
  const Fd file = image::open_plain(top, "etc/resolv.conf", O_RDONLY | O_NONBLOCK);
  const std::string ours = life::resolver_file();
  std::string text(ours.size() + 1, '\0');
  if (!file) return;
  const ssize_t size = ::pread(file.get(), text.data(), text.size(), 0);
  if (size == static_cast<ssize_t>(ours.size()) && text.starts_with(ours)) image::remove_file(top, "etc/resolv.conf");
}

/// They let people in whom nobody has let into the snapshot, and sshd's configuration has the values of secrets.
void remove_ssh(const Fd& top, const std::vector<Fd>& below) {
  const std::string folder = life::ssh_folder().substr(1);
  for (const char* name : {"host_key", "host_key.pub", "config", "authorized_keys"}) image::remove_file(top, folder + "/" + name);
  image::remove_mounted_folder(top, below, folder);
}

void remove_ours(const Fd& top, const std::vector<Fd>& below, const life::Stillness& stillness) {
  for (const std::string& path : stillness.files) image::remove_mounted_file(top, below, path);
  for (const std::string& path : stillness.folders) {
    image::remove_mounted_folder(top, below, path);
    image::remove_mounted_file(top, below, path);  // a share may be one
  }
  remove_resolver(top);
  remove_ssh(top, below);
}

}  // namespace

std::uint64_t keep_files(const life::Still& still, const Path& tree) {
  const Fd to = open_tree(still, tree);
  const auto owners = still.stillness().ids.root_is_caller() ? image::Owners::roots : image::Owners::kept;
  auto [lost_read, lost_write] = make_pipe();
  try {
    isolate::within_ids(still.stillness().ids, [&, &written = lost_write] {
      write_all(written.get(), std::to_string(image::copy_written(still.upper(), to, owners)), "the parent");
    });
  } catch (const Error&) {
    still.throw_if_ended();  // its files went while they were copied
    throw;
  }
  lost_write.close();
  return number_in(read_all(lost_read.get(), 64, "the copier"));
}

void remove_foreign(const Path& tree, const std::vector<Path>& lower, const life::Stillness& stillness) {
  const Fd top = image::open_top(tree);
  std::vector<Fd> below;
  for (const Path& layer : lower) below.push_back(image::open_top(layer));
  // A user may own what he cannot search; root could not read root's layers there, and need not.
  if (!stillness.ids.root_is_caller()) return remove_ours(top, below, stillness);
  isolate::within_ids(stillness.ids, [&] { remove_ours(top, below, stillness); });
}

}  // namespace sandbox::tool
