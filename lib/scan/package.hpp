#pragma once
// Package: what somebody else published and an image has, by the name and the version that its
// ecosystem knows it by; and the readers of the files that say so. These are a stranger's: what
// does not read as it should is no package.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sandbox::scan {

enum class Ecosystem { deb, npm, pypi, golang, cargo };

struct Package {
  Ecosystem ecosystem = Ecosystem::deb;
  std::string name, version;
  std::string architecture;            ///< of deb
  std::string source, source_version;  ///< of deb: what it was built of
  std::string path;                    ///< the file that says so, inside
};

/// The distribution, as etc/os-release names it: "debian", "12".
struct Distribution {
  std::string id, version;
};

Distribution parse_os_release(std::string_view text);

/// package.json of something that is installed.
std::optional<Package> npm_package(std::string_view text);
/// METADATA or PKG-INFO.
std::optional<Package> python_package(std::string_view text);
/// Cargo.lock: what was taken from elsewhere.
std::vector<Package> cargo_packages(std::string_view text);

/// "pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12"
std::string purl_of(const Package& package, const Distribution& distribution);

}  // namespace sandbox::scan
