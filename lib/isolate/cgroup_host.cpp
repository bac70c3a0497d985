#include "isolate/cgroup_host.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

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

/// False when there are processes where there must be none. Everything else is best effort:
/// whether it worked shows in what is enabled then.
bool enable(const Path& directory, std::string_view word) {
  const Fd fd(::open((directory / "cgroup.subtree_control").c_str(), O_WRONLY | O_CLOEXEC));
  return !fd || ::write(fd.get(), word.data(), word.size()) >= 0 || errno != EBUSY;
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
    if (!writable(ours)) ::mkdir(ours.c_str(), 0755);  // another one may be quicker
    return writable(ours) ? std::optional(ours) : std::nullopt;
  }

  /// The version-2 cgroup that this process is in, unless it is the root.
  std::optional<Path> own(std::string_view mount_point) const {
    for (const std::string_view line : split(facts_.membership, '\n'))
      if (line.starts_with("0::/") && line.size() > 4) return at(mount_point) / Path(line.substr(4));
    return std::nullopt;
  }

  /// What a user has above his own cgroup. A slice, though it may be his, is his systemd's to
  /// arrange.
  std::optional<Path> above_own(std::string_view mount_point) const {
    const std::optional<Path> leaf = own(mount_point);
    if (!leaf) return std::nullopt;
    const Path above = leaf->parent_path();
    const bool usable = above != at(mount_point) && above.extension() != ".slice" && writable(above);
    return usable ? std::optional(above) : std::nullopt;
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
/// What the parent lacks (on a hybrid host: everything) is not asked for. Memory comes first: a
/// cgroup with processes refuses it, but would pass the others on and become a threaded one.
std::string pass_on_controllers(CgroupHost& host, const Path& directory) {
  const Path above = directory.parent_path();
  const std::string available = read_words(above / "cgroup.controllers");
  std::string enabled = read_words(directory / "cgroup.subtree_control");
  for (const std::string_view controller : kControllers) {
    if (has_word(enabled, controller, ' ') || !has_word(available, controller, ' ')) continue;
    const std::string word = fmt::format("+{}", controller);
    for (const Path& place : {above, directory})
      if (!enable(place, word)) {
        host.lack = fmt::format("processes in '{}' keep it from passing controllers on", place.native());
        return enabled;
      }
    enabled = read_words(directory / "cgroup.subtree_control");
  }
  return enabled;
}

bool has_controllers(const Path& mount) {
  const std::string words = read_words(mount / "cgroup.controllers");
  return has_word(words, "memory", ' ') || has_word(words, "pids", ' ');
}

void use_controllers(CgroupHost& host, const Path& directory) {
  const std::string enabled = pass_on_controllers(host, directory);
  for (const std::string_view controller : kControllers) {
    if (!has_word(enabled, controller, ' ')) continue;
    auto& slot = controller == "memory" ? host.memory : controller == "pids" ? host.pids : host.cpu;
    if (!slot) slot = CgroupParent{directory, CgroupParent::Version::v2};
  }
}

void take_unified(CgroupHost& host, const Search& search, std::string_view mount_point, bool root) {
  if (host.unified) return;  // mounted twice
  host.version2_has_controllers = has_controllers(search.at(mount_point));
  host.unified = search.below(mount_point);
  if (!host.unified && !root) host.unified = search.above_own(mount_point);
  if (host.unified) return use_controllers(host, *host.unified);
  // Good for birth and end. Of its controllers some could be passed on, and then the cgroup
  // would be a threaded one in which nobody could have the others.
  if (const auto own = root ? std::nullopt : search.own(mount_point); own && writable(*own)) host.unified = own;
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

/// The process's own path in a version-1 hierarchy: "4:memory:/job-17".
std::optional<std::string_view> own_version1(const CgroupFacts& facts, const Mount& mount) {
  for (const std::string_view line : split(facts.membership, '\n')) {
    const auto fields = split(line, ':');
    if (fields.size() < 3 || fields[1].empty()) continue;
    const std::string_view first = fields[1].substr(0, fields[1].find(','));
    if (has_word(mount.options, first, ',')) return line.substr(fields[0].size() + fields[1].size() + 2);
  }
  return std::nullopt;
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
      take_unified(host, search, mount->point, facts.uid == 0);
    } else if (is_ours(*mount)) {
      if (const auto directory = search.below(mount->point)) take_version1(host, *mount, *directory);
    }
  }
  return host;
}

void use_directory(CgroupHost& host, const Path& directory) {
  for (auto* parent : {&host.memory, &host.pids, &host.cpu})
    if (*parent && (*parent)->version == CgroupParent::Version::v2) parent->reset();
  host.unified = directory;
  use_controllers(host, directory);
}

std::vector<Path> shelters(const CgroupFacts& facts) {
  const Search search(facts);
  std::vector<Path> found;
  for (const std::string_view line : split(facts.mountinfo, '\n')) {
    const std::optional<Mount> mount = cgroup_mount(line);
    if (!mount || mount->type != "cgroup" || has_word(mount->options, "cpuset", ',')) continue;
    const auto own = own_version1(facts, *mount);
    if (!own || *own == "/") continue;  // nobody ends the root's members as one job
    const auto directory = search.below(mount->point);
    if (directory && *directory != search.at(mount->point) / Path(own->substr(1))) found.push_back(*directory);
  }
  return found;
}

std::optional<Path> own_cgroup(const CgroupFacts& facts) {
  const Search search(facts);
  for (const std::string_view line : split(facts.mountinfo, '\n'))
    if (const auto mount = cgroup_mount(line); mount && mount->type == "cgroup2") return search.own(mount->point);
  return std::nullopt;
}

}  // namespace sandbox::isolate
