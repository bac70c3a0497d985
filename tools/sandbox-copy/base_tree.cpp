#include "base_tree.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cstring>
#include <memory>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "image/merged.hpp"
#include "store/images.hpp"

namespace sandbox::tool {

namespace {

constexpr std::string_view kWorkspace = "/workspace";

/// The times of files inside a machine are by its clock, which is set from ours a little late. An image has
/// no file that is as new as that, so that asking from so much earlier costs nothing.
constexpr std::chrono::milliseconds kLate{500};

Moment moment_of(WallTime time) {
  const auto since = time.time_since_epoch().count();
  return {since / 1000, static_cast<std::uint64_t>(since % 1000) * 1'000'000};
}

/// A record's time is cut to whole milliseconds: what happened within that one was before it.
bool is_later(const struct stat& info, const Moment& then) {
  if (info.st_ctim.tv_sec != then.seconds) return info.st_ctim.tv_sec > then.seconds;
  return static_cast<std::uint64_t>(info.st_ctim.tv_nsec) / 1'000'000 > then.nanoseconds / 1'000'000;
}

/// The files of a folder of the caller, read as they are.
class Folder {
 public:
  Folder(BaseTree& tree, Moment began) : tree_(tree), began_(began) {}
  void list(const Fd& directory, const std::string& above);

 private:
  BaseTree& tree_;
  Moment began_;
};

void Folder::list(const Fd& directory, const std::string& above) {
  const auto held = std::make_shared<Fd>(checked_fd(::openat(directory.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), "cannot read", visible(above)));
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(duplicate(*held).release()), ::closedir);
  if (!stream) throw_system_error("cannot read", visible(above));
  while (const dirent* found = ::readdir(stream.get())) {
    const std::string name = found->d_name;
    struct stat info {};
    if (name == "." || name == ".." || ::fstatat(held->get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) < 0) continue;
    BaseFile file{info.st_mode, is_later(info, began_), {}, {}};
    if (S_ISLNK(info.st_mode)) file.target = image::link_target(held->get(), name.c_str(), above + name);
    const std::string path = above + name;
    if (S_ISDIR(info.st_mode)) {
      const Fd below(::openat(held->get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
      if (below) list(below, path + "/");
    }
    tree_.files[path] = std::move(file);
  }
}

void list_folder(BaseTree& tree, const Path& folder, Moment began) {
  const auto top = std::make_shared<Fd>(checked_fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), "cannot read", folder.native()));
  Folder(tree, began).list(*top, "");
  for (auto& [path, file] : tree.files)
    if (S_ISREG(file.mode)) file.open = [top, path = path] { return image::open_exact(*top, path, O_RDONLY | O_NONBLOCK); };
}

void list_image(BaseTree& tree, const std::vector<Path>& trees, const std::string& below) {
  image::each_merged(trees, [&](const image::Merged& merged) {
    if (!merged.path.starts_with(below)) return;
    BaseFile file{merged.info.st_mode, false, {}, {}};
    if (S_ISLNK(file.mode)) file.target = image::link_target(merged.parent, merged.name, merged.path);
    if (S_ISREG(file.mode))
      file.open = [layer = trees[merged.layer], path = merged.path] {
        return image::open_exact(checked_fd(::open(layer.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), "cannot open", layer.native()), path,
                                 O_RDONLY | O_NONBLOCK);
      };
    tree.files[merged.path.substr(below.size())] = std::move(file);
  });
}

}  // namespace

BaseTree base_tree(const store::Store& store, const record::Sandbox& sandbox, const std::string& path) {
  BaseTree tree;
  const WallTime created = parse_rfc3339(sandbox.created);
  const bool is_workspace = path == kWorkspace || path.starts_with(std::string(kWorkspace) + "/");
  if (sandbox.workspace && is_workspace) {
    const Path folder = sandbox.workspace->path + path.substr(kWorkspace.size());
    tree.name = folder.native();
    const auto& taken = sandbox.workspace->taken;
    tree.since = moment_of(taken ? parse_rfc3339(*taken) : created - kLate);
    std::error_code ignored;  // what is no folder there has no files there
    if (std::filesystem::is_directory(folder, ignored)) list_folder(tree, folder, moment_of(created));
    return tree;
  }
  const record::Image image = store::find_image(store, sandbox.image_digest);
  tree.name = image.name;
  tree.since = moment_of(created - kLate);
  list_image(tree, store::layer_trees(store, store::without_machine(image)), path == "/" ? "" : path.substr(1) + "/");
  return tree;
}

}  // namespace sandbox::tool
