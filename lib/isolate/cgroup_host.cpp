#include "isolate/cgroup_host.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "base/text.hpp"

namespace sandbox::isolate {

namespace {

struct Mount {
  std::string_view point;
  std::string_view type;
  std::string_view options;  ///< of the super block: the controllers of version 1
};

/// "36 31 0:29 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory"
std::optional<Mount> cgroup_mount(std::string_view line) {
  const std::size_t dash = line.find(" - cgroup");
  if (dash == std::string_view::npos) return std::nullopt;
  const auto before = split(line.substr(0, dash), ' ');
  const auto after = split(line.substr(dash + 3), ' ');
  if (before.size() < 6 || after.size() < 3) return std::nullopt;
  return Mount{before[4], after[0], after[2]};
}

bool has_word(std::string_view list, std::string_view word, char separator) {
  for (const std::string_view one : split(list, separator))
    if (one == word) return true;
  return false;
}

bool writable(const Path& directory) {
  return ::access((directory / "cgroup.procs").c_str(), W_OK) == 0 && ::access(directory.c_str(), W_OK) == 0;
}

void write_if_possible(const Path& file, std::string_view text) {
  // Best effort: whether it worked shows in cgroup.controllers of the directory below.
  const Fd fd(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
  if (fd) [[maybe_unused]] const ssize_t n = ::write(fd.get(), text.data(), text.size());
}

class Search {
 public:
  explicit Search(const CgroupFacts& facts) : facts_(facts) {}

  std::optional<Path> below(std::string_view mount_point) const {
    const Path mount = at(mount_point);
    if (facts_.uid != 0) {
      const Path delegated = mount / fmt::format("sandbox-{}", facts_.uid);
      return writable(delegated) ? std::optional(delegated) : std::nullopt;
    }
    const Path ours = mount / "sandbox";
    if (!writable(ours) && (::mkdir(ours.c_str(), 0755) < 0 || !writable(ours))) return std::nullopt;
    return ours;
  }

  /// The version-2 cgroup that this process is in, unless it is the root.
  std::optional<Path> own(std::string_view mount_point) const {
    for (const std::string_view line : split(facts_.membership, '\n'))
      if (line.starts_with("0::/") && line.size() > 4) return at(mount_point) / Path(line.substr(4));
    return std::nullopt;
  }

  /// What a user has in version 2. A slice, though it may be his, is his systemd's to arrange.
  std::optional<Path> delegated(std::string_view mount_point) const {
    if (auto directory = below(mount_point)) return directory;
    const std::optional<Path> leaf = own(mount_point);
    if (!leaf) return std::nullopt;
    const Path above = leaf->parent_path();
    if (above != at(mount_point) && above.extension() != ".slice" && writable(above)) return above;
    return writable(*leaf) ? leaf : std::nullopt;
  }

  Path at(std::string_view mount_point) const {
    return facts_.prefix.empty() ? Path(mount_point) : facts_.prefix / mount_point.substr(1);
  }

 private:
  const CgroupFacts& facts_;
};

constexpr std::array<std::string_view, 3> kControllers = {"memory", "pids", "cpu"};

std::string read_words(const Path& file) {
  std::string text = read_file_if_exists(file, 4096).value_or("");
  return text.substr(0, text.find('\n'));
}

/// Controllers reach a directory's children only when every directory above passes them on.
/// What the parent lacks (on a hybrid host: everything) is not asked for.
std::string pass_on_controllers(const Path& directory) {
  const Path control = directory / "cgroup.subtree_control";
  const std::string available = read_words(directory.parent_path() / "cgroup.controllers");
  std::string enabled = read_words(control);
  for (const std::string_view controller : kControllers) {
    if (has_word(enabled, controller, ' ') || !has_word(available, controller, ' ')) continue;
    const std::string word = fmt::format("+{}", controller);
    write_if_possible(directory.parent_path() / "cgroup.subtree_control", word);
    write_if_possible(control, word);
    enabled = read_words(control);
  }
  return enabled;
}

bool has_controllers(const Path& mount) {
  const std::string words = read_words(mount / "cgroup.controllers");
  return has_word(words, "memory", ' ') || has_word(words, "pids", ' ');
}

void take_unified(CgroupHost& host, const Path& directory) {
  host.unified = directory;
  const std::string enabled = pass_on_controllers(directory);
  for (const std::string_view controller : kControllers) {
    if (!has_word(enabled, controller, ' ')) continue;
    auto& slot = controller == "memory" ? host.memory : controller == "pids" ? host.pids : host.cpu;
    if (!slot) slot = CgroupParent{directory, CgroupParent::Version::v2};
  }
}

bool is_ours(const Mount& mount) {
  for (const std::string_view word : {"memory", "pids", "cpu", "name=systemd"})
    if (has_word(mount.options, word, ',')) return true;
  return false;
}

void take_version1(CgroupHost& host, const Mount& mount, const Path& directory) {
  const CgroupParent parent{directory, CgroupParent::Version::v1};
  if (has_word(mount.options, "memory", ',')) host.memory = parent;
  if (has_word(mount.options, "pids", ',')) host.pids = parent;
  if (has_word(mount.options, "cpu", ',')) host.cpu = parent;
  if (has_word(mount.options, "name=systemd", ',')) host.tracking = directory;
}

}  // namespace

CgroupFacts CgroupFacts::read() {
  return {read_file("/proc/self/mountinfo", 16 << 20), read_file("/proc/self/cgroup", 1 << 20), ::geteuid(), {}};
}

CgroupHost find_cgroups(const CgroupFacts& facts) {
  CgroupHost host;
  const Search search(facts);
  for (const std::string_view line : split(facts.mountinfo, '\n')) {
    const std::optional<Mount> mount = cgroup_mount(line);
    if (!mount) continue;
    if (mount->type == "cgroup2") {
      host.version2_has_controllers = has_controllers(search.at(mount->point));
      const auto directory = facts.uid != 0 ? search.delegated(mount->point) : search.below(mount->point);
      if (directory) take_unified(host, *directory);
    } else if (is_ours(*mount)) {
      if (const auto directory = search.below(mount->point)) take_version1(host, *mount, *directory);
    }
  }
  return host;
}

std::optional<Path> own_cgroup(const CgroupFacts& facts) {
  const Search search(facts);
  for (const std::string_view line : split(facts.mountinfo, '\n'))
    if (const auto mount = cgroup_mount(line); mount && mount->type == "cgroup2") return search.own(mount->point);
  return std::nullopt;
}

}  // namespace sandbox::isolate
