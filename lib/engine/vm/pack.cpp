#include "engine/vm/pack.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"
#include "base/text.hpp"
#include "image/merged.hpp"
#include "isolate/confine.hpp"

namespace sandbox::engine {

namespace {

constexpr const char* kProgram = "/usr/bin/mkfs.erofs";
constexpr const char* kMerged = "merged";
constexpr std::size_t kMostSaid = 1 << 20;

Fd open_folder(int parent, const char* name) {
  return checked_fd(::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), "cannot open", name);
}

void set_directory(const image::Merged& file, const Fd& to) {
  for (const auto& [name, value] : image::attributes_of(file.parent, file.name, file.path, file.info))
    if (::fsetxattr(to.get(), name.c_str(), value.data(), value.size(), 0) < 0) throw_system_error("cannot set an attribute in the pack", file.path);
  if ((::geteuid() == 0 && ::fchown(to.get(), file.info.st_uid, file.info.st_gid) < 0) || ::fchmod(to.get(), file.info.st_mode & 07777) < 0)
    throw_system_error("cannot set a directory of the pack", file.path);
}

/// The tree as a sandbox sees it.
class Links {
 public:
  explicit Links(const Path& root) : root_(checked_fd(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), "cannot open", root.native())) {}

  void add(const image::Merged& file) {
    const std::size_t slash = file.path.rfind('/');
    const Fd parent = open_folder(root_.get(), slash == file.path.npos ? "." : file.path.substr(0, slash).c_str());
    if (S_ISDIR(file.info.st_mode)) return add_directory(file, parent);
    if (::linkat(file.parent, file.name, parent.get(), file.name, 0) < 0) throw_system_error("cannot link into the pack", file.path);
  }

 private:
  void add_directory(const image::Merged& file, const Fd& parent) {
    if (::mkdirat(parent.get(), file.name, 0700) < 0) throw_system_error("cannot make a directory of the pack", file.path);
    set_directory(file, open_folder(parent.get(), file.name));
  }
  Fd root_;
};

void merge(const std::vector<Path>& trees, const Path& to) {
  if (::mkdir(to.c_str(), 0755) < 0) throw_system_error("cannot create", to.native());
  Links links(to);
  image::each_merged(trees, [&](const image::Merged& file) { links.add(file); });
}

void run(const Path& folder) {
  isolate::Confined confined;
  confined.program = kProgram;
  // Owners of a user's files are root's inside; the same bytes each time.
  confined.arguments = {"mkfs.erofs", "-T0", "-U00000000-0000-0000-0000-000000000000"};
  if (::geteuid() != 0) confined.arguments.push_back("--all-root");
  confined.arguments.insert(confined.arguments.end(), {"/work/pack", fmt::format("/work/{}", kMerged)});
  confined.environment = {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"};
  confined.shown = isolate::shown_by_default();
  confined.folder = folder;
  const Path told = folder / "told";
  const Fd log = checked_fd(::open(told.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), "cannot create", told.native());
  confined.output = confined.errors = log.get();
  const int code = shell_code(isolate::run_confined(confined, [] {}));
  if (code == 0) return;
  const std::string said = read_file(told, kMostSaid);
  throw Error(ExitCode::failed, fmt::format("mkfs.erofs cannot pack the image: {}", visible(said.substr(0, said.find('\n')))));
}

}  // namespace

void make_pack(const Path& folder, const std::vector<Path>& trees) {
  if (::access(kProgram, X_OK) < 0) throw Error(HostCheck::programs, "'mkfs.erofs' is not installed", "apt-get install erofs-utils");
  merge(trees, folder / kMerged);
  run(folder);
}

}  // namespace sandbox::engine
