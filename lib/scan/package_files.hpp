#pragma once
// Package files: all packages of an image, by the files that say so: of dpkg, npm, pip and Cargo,
// and by programs of Go.
#include <vector>

#include "base/file.hpp"
#include "scan/package.hpp"

namespace sandbox::scan {

struct Packages {
  Distribution distribution;
  std::vector<Package> packages;
  bool truncated = false;  ///< there are more than are listed
};

/// `trees`: the layers, lowest first.
Packages packages_in(const std::vector<Path>& trees);

}  // namespace sandbox::scan
