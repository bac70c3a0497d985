#pragma once
// Packages: what dpkg says is installed, as its status file has it.
#include <string>
#include <string_view>
#include <vector>

namespace sandbox::image {

struct Package {
  std::string name, architecture, version;
  std::string source, source_version;  ///< empty: the same
};

/// Installed ones, in the order of the file. What is no status file has none.
std::vector<Package> parse_dpkg_status(std::string_view text);

}  // namespace sandbox::image
