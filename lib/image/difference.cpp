#include "image/difference.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <map>

#include "base/error.hpp"
#include "base/text.hpp"
#include "digest/sha256.hpp"
#include "image/merged.hpp"
#include "image/packages.hpp"

namespace sandbox::image {

namespace {

constexpr std::size_t kMaxStatus = std::size_t{256} << 20;

struct File {
  record::FileState state;
  std::size_t layer = 0;
  std::string attributes;  // a hash of all
};

/// The files of one image and its packages.
struct Listing {
  std::map<std::string, File> files;
  std::map<std::string, Package> packages;  // by name and architecture
};

const char* type_of(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG: return "file";
    case S_IFDIR: return "directory";
    case S_IFLNK: return "link";
    case S_IFIFO: return "fifo";
    default: return "socket";
  }
}

std::string attributes_hash(const Merged& file) {
  std::string text;
  for (const Attribute& one : attributes_of(file.parent, file.name, file.path, file.info)) {
    if (S_ISDIR(file.info.st_mode) && one.name.starts_with("user.overlay.")) continue;  // it only says how it came about
    text += fmt::format("{}\n{}\n", one.name, one.value.size());
    text += one.value;
  }
  return text.empty() ? "" : digest::sha256_hex(text);
}

File describe(const Merged& file) {
  File described;
  described.layer = file.layer;
  described.attributes = attributes_hash(file);
  record::FileState& state = described.state;
  state.type = type_of(file.info.st_mode);
  state.mode = fmt::format("{:04o}", file.info.st_mode & 07777);
  state.owner = fmt::format("{}:{}", user_inside(file.info), group_inside(file.info));
  state.bytes = S_ISDIR(file.info.st_mode) ? 0 : static_cast<std::uint64_t>(file.info.st_size);
  if (S_ISLNK(file.info.st_mode)) state.target = link_target(file.parent, file.name, file.path);
  return described;
}

void add_packages(Listing& listing, const Merged& file) {
  const Readable status = Readable::open(file.parent, file.name, file.info, file.path);
  for (Package& package : parse_dpkg_status(read_all(status.fd().get(), kMaxStatus, visible(file.path)))) {
    const std::string key = package.name + ":" + package.architecture;
    listing.packages[key] = std::move(package);
  }
}

Listing list(const Compared& image) {
  Listing listing;
  each_merged(image.trees, [&](const Merged& file) {
    listing.files["/" + file.path] = describe(file);
    if (S_ISREG(file.info.st_mode) && (file.path == "var/lib/dpkg/status" || file.path.starts_with("var/lib/dpkg/status.d/")))
      add_packages(listing, file);
  });
  return listing;
}

class Comparison {
 public:
  Comparison(const Compared& before, const Compared& after) : before_(before), after_(after) {}
  record::Difference run();

 private:
  std::vector<std::string> changes(const std::string& path, const File& before, const File& after) const;
  std::string content(const Compared& image, const std::string& path, const File& file) const;
  void compare_files(const Listing& before, const Listing& after);
  void compare_packages(const Listing& before, const Listing& after);
  void add(record::FileDifference file);

  const Compared& before_;
  const Compared& after_;
  record::Difference difference_;
};

std::string Comparison::content(const Compared& image, const std::string& path, const File& file) const {
  const Path& tree = image.trees[file.layer];
  const Fd layer = checked_fd(::open(tree.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), "cannot open the layer", tree.native());
  const Fd fd = open_exact(layer, path.substr(1), O_RDONLY | O_NONBLOCK);
  if (!fd) throw_system_error("cannot read", visible(path));
  return digest::sha256_hex_of_fd(fd.get(), visible(path));
}

std::vector<std::string> Comparison::changes(const std::string& path, const File& before, const File& after) const {
  std::vector<std::string> changed;
  if (before_.image.layers[before.layer].digest == after_.image.layers[after.layer].digest) return changed;
  const auto note = [&](bool differs, const char* what) {
    if (differs) changed.emplace_back(what);
  };
  const record::FileState &a = before.state, &b = after.state;
  note(a.type != b.type, "type");
  note(a.mode != b.mode, "mode");
  note(a.owner != b.owner, "owner");
  note(a.bytes != b.bytes, "size");
  if (a.type == "file" && b.type == "file")
    note(a.bytes != b.bytes || content(before_, path, before) != content(after_, path, after), "content");
  note(a.type == b.type && a.target != b.target, "target");
  note(before.attributes != after.attributes, "attributes");
  return changed;
}

void Comparison::add(record::FileDifference file) {
  record::Counts& counts = difference_.file_counts;
  ++(!file.before ? counts.added : !file.after ? counts.removed : counts.changed);
  if (difference_.files.size() < record::Difference::kMaxFiles)
    difference_.files.push_back(std::move(file));
  else
    difference_.truncated = true;
}

/// Both maps are in the order of paths, so that one pass finds what only one of them has.
void Comparison::compare_files(const Listing& before, const Listing& after) {
  auto a = before.files.begin();
  auto b = after.files.begin();
  while (a != before.files.end() || b != after.files.end()) {
    if (b == after.files.end() || (a != before.files.end() && a->first < b->first)) {
      add({a->first, a->second.state, std::nullopt, {}});
      ++a;
    } else if (a == before.files.end() || b->first < a->first) {
      add({b->first, std::nullopt, b->second.state, {}});
      ++b;
    } else {
      std::vector<std::string> changed = changes(a->first, a->second, b->second);
      if (!changed.empty()) add({a->first, a->second.state, b->second.state, std::move(changed)});
      ++a, ++b;
    }
  }
}

void Comparison::compare_packages(const Listing& before, const Listing& after) {
  std::map<std::string, record::PackageDifference> all;
  for (const auto& [key, package] : before.packages) all[key] = {package.name, package.architecture, package.version, {}};
  for (const auto& [key, package] : after.packages) {
    record::PackageDifference& one = all[key];
    one = {package.name, package.architecture, one.before, package.version};
  }
  record::Counts& counts = difference_.package_counts;
  for (auto& [key, package] : all) {
    if (package.before == package.after) continue;
    ++(!package.before ? counts.added : !package.after ? counts.removed : counts.changed);
    difference_.packages.push_back(std::move(package));
  }
}

record::Difference Comparison::run() {
  difference_.before = {before_.image.name, before_.image.digest};
  difference_.after = {after_.image.name, after_.image.digest};
  const Listing before = list(before_), after = list(after_);
  compare_packages(before, after);
  compare_files(before, after);
  return std::move(difference_);
}

}  // namespace

record::Difference difference(const Compared& before, const Compared& after) { return Comparison(before, after).run(); }

}  // namespace sandbox::image
