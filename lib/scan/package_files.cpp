#include "scan/package_files.hpp"

#include "image/packages.hpp"
#include "scan/go_modules.hpp"
#include "scan/owned.hpp"

namespace sandbox::scan {

namespace {

constexpr std::size_t kMaxPackages = 100'000, kMaxFile = 4 << 20, kMaxStatus = 64 << 20;

bool is_of_npm(std::string_view path) {
  constexpr std::string_view kFolder = "node_modules/", kName = "/package.json";
  const std::size_t at = path.rfind(kFolder);
  if (at == path.npos || !path.ends_with(kName)) return false;
  const std::string_view name = path.substr(at + kFolder.size(), path.size() - at - kFolder.size() - kName.size());
  return name.find('/') == name.npos || (name.starts_with('@') && name.find('/') == name.rfind('/'));
}

bool is_of_pip(std::string_view path) { return path.ends_with(".dist-info/METADATA") || path.ends_with(".egg-info/PKG-INFO") || path.ends_with(".egg-info"); }

class Listing {
 public:
  explicit Listing(const Owned& owned) : owned_(owned) {}

  void visit(const image::Merged& file) {
    if (!S_ISREG(file.info.st_mode)) return;
    if (file.path == "var/lib/dpkg/status" || file.path.starts_with("var/lib/dpkg/status.d/")) return take_dpkg(file);
    if (file.path == "usr/lib/os-release" || file.path == "etc/os-release") return take_distribution(file);
    if (owned_.has(file.path)) return;  // its package is in dpkg's list
    if (is_of_npm(file.path)) take(npm_package(text_of(file)), file);
    else if (is_of_pip(file.path)) take(python_package(text_of(file)), file);
    else if (file.path.ends_with("/Cargo.lock")) take_all(cargo_packages(text_of(file)), file);
    else if (file.info.st_mode & 0111) take_program(file);
  }

  Packages finish() && { return std::move(found_); }

 private:
  std::string text_of(const image::Merged& file) {
    if (static_cast<std::size_t>(file.info.st_size) <= kMaxFile) return content_of(file, kMaxFile);
    found_.truncated = true;
    return "";
  }

  void take(std::optional<Package> package, const image::Merged& file) {
    if (!package) return;
    if (found_.packages.size() == kMaxPackages) {
      found_.truncated = true;
      return;
    }
    package->path = "/" + file.path;
    found_.packages.push_back(std::move(*package));
  }

  void take_all(std::vector<Package> packages, const image::Merged& file) {
    for (Package& package : packages) take(std::move(package), file);
  }

  void take_dpkg(const image::Merged& file) {
    if (static_cast<std::size_t>(file.info.st_size) > kMaxStatus) {
      found_.truncated = true;
      return;
    }
    for (const image::Package& one : image::parse_dpkg_status(content_of(file, kMaxStatus)))
      take(Package{Ecosystem::deb, one.name, one.version, one.architecture, one.source, one.source_version, ""}, file);
  }

  void take_distribution(const image::Merged& file) {
    if (found_.distribution.id.empty()) found_.distribution = parse_os_release(text_of(file));
  }

  void take_program(const image::Merged& file) {
    const auto open = image::Readable::open(file.parent, file.name, file.info, file.path);
    take_all(go_modules(reader_of(open.fd())), file);
  }

  const Owned& owned_;
  Packages found_;
};

}  // namespace

Packages packages_in(const std::vector<Path>& trees) {
  const Owned owned = Owned::read(trees);
  Listing listing(owned);
  image::each_merged(trees, [&](const image::Merged& file) { listing.visit(file); });
  return std::move(listing).finish();
}

}  // namespace sandbox::scan
