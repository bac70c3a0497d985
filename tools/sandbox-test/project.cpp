#include "project.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/error.hpp"

namespace sandbox::tool {

namespace {

constexpr std::size_t kMostText = std::size_t{4} << 20;
constexpr std::size_t kMostEntries = 200'000;
constexpr std::size_t kMostDepth = 40;
constexpr std::array<std::string_view, 9> kOthers = {"node_modules", ".git", "target", "venv", ".venv", "vendor", "__pycache__", ".tox", "dist"};

/// Beneath the folder and through no link.
Fd open_beneath(const Fd& directory, std::string_view path) {
  open_how how{};
  how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
  return Fd(static_cast<int>(::syscall(SYS_openat2, directory.get(), std::string(path).c_str(), &how, sizeof how)));
}

Fd open_regular(const Fd& directory, std::string_view path) {
  Fd file = open_beneath(directory, path);
  struct stat info {};
  if (!file || ::fstat(file.get(), &info) < 0 || !S_ISREG(info.st_mode)) return Fd();
  return file;
}

class Finder {
 public:
  explicit Finder(const std::function<bool(std::string_view)>& wanted) : wanted_(wanted) {}

  void look(Fd directory, const std::string& prefix, std::size_t depth) {
    const Fd at = duplicate(directory);
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(directory.release()), ::closedir);
    if (!stream) return;
    while (const dirent* item = ::readdir(stream.get())) {
      const std::string_view name = item->d_name;
      if (name == "." || name == ".." || ++seen_ > kMostEntries) continue;
      entry(at, name, prefix, depth);
    }
  }

  std::vector<std::string> found;

 private:
  void entry(const Fd& at, std::string_view name, const std::string& prefix, std::size_t depth) {
    struct stat info {};
    if (::fstatat(at.get(), std::string(name).c_str(), &info, AT_SYMLINK_NOFOLLOW) < 0) return;
    if (S_ISREG(info.st_mode) && wanted_(name)) found.push_back(prefix + std::string(name));
    if (!S_ISDIR(info.st_mode) || depth >= kMostDepth || std::ranges::find(kOthers, name) != kOthers.end()) return;
    Fd inner = open_beneath(at, name);
    if (inner) look(std::move(inner), prefix + std::string(name) + "/", depth + 1);
  }

  const std::function<bool(std::string_view)>& wanted_;
  std::size_t seen_ = 0;
};

}  // namespace

Project::Project(Path folder)
    : folder_(std::move(folder)), directory_(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (!directory_) throw_system_error("cannot read the suite", folder_.native(), ExitCode::input);
}

bool Project::has(std::string_view path) const { return static_cast<bool>(open_regular(directory_, path)); }

std::optional<std::string> Project::read(std::string_view path, std::size_t most) const {
  const Fd file = open_regular(directory_, path);
  return file ? std::optional(read_all(file.get(), most, path)) : std::nullopt;
}

std::string Project::text(std::string_view path) const {
  try {
    return read(path, kMostText).value_or("");
  } catch (const Error&) {
    return {};  // more of it than anybody writes by hand: it says nothing
  }
}

Json Project::json(std::string_view path) const {
  try {
    return record::parse(text(path), path);
  } catch (const Error&) {
    return nullptr;
  }
}

std::vector<std::string> Project::files(const std::function<bool(std::string_view)>& wanted) const {
  Finder finder(wanted);
  finder.look(open_beneath(directory_, "."), "", 0);
  std::ranges::sort(finder.found);
  return std::move(finder.found);
}

}  // namespace sandbox::tool
