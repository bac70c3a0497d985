#pragma once
// Package scan: which vulnerabilities the packages of an image have, by what is known on this host: the offline
// database, and trivy where it is installed.
#include <string>

#include "base/file.hpp"
#include "scan/collector.hpp"
#include "scan/package_files.hpp"
#include "scan/vulnerabilities.hpp"

namespace sandbox::scan {

/// Each may be missing.
struct Known {
  const Vulnerabilities* database = nullptr;
  Path trivy;  ///< the program

  bool is_nothing() const { return !database && trivy.empty(); }
};

/// `bill`: the packages as CycloneDX. Packages of one source have a vulnerability together, and whoever
/// knows of it: it is told once.
void scan_packages(const Packages& packages, const std::string& bill, const Known& known, Collector& collector);

}  // namespace sandbox::scan
