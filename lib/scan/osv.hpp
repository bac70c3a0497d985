#pragma once
// OSV: what a record of the Open Source Vulnerability format (1.7) says about a package. The record is a
// stranger's: what does not read as it should says nothing.
#include <optional>
#include <string>
#include <vector>

#include "record/findings.hpp"
#include "scan/package.hpp"

namespace sandbox::scan {

/// The names that OSV has a package under: of its ecosystem, the narrowest first, and its own.
/// Debian's are those of source packages: {"Debian:12", "Debian"}, "glibc".
struct OsvName {
  std::vector<std::string> ecosystems;
  std::string package, version;
};

OsvName osv_name(const Package& package, const Distribution& distribution);

struct Vulnerability {
  std::string id;                    ///< "CVE-2024-1" where it has one, else its own
  std::string summary;
  record::Severity severity = record::Severity::medium;
  std::optional<std::string> fixed;  ///< the version that has the fix
};

/// Nothing when the package has not got it, or it was withdrawn.
std::optional<Vulnerability> vulnerability_of(const Json& osv, const OsvName& name, Ecosystem ecosystem);

}  // namespace sandbox::scan
