#pragma once
// Trivy: somebody else's scanner, which has vulnerabilities of its own to look packages up in. Where it is
// installed it is asked about the bill of an image's materials; it sees none of the image's files.
#include <string>
#include <string_view>
#include <vector>

#include "base/file.hpp"
#include "scan/osv.hpp"

namespace sandbox::scan {

/// Of a package, by the name and version that the bill has.
struct TrivyVulnerability {
  std::string package, version;
  Vulnerability vulnerability;
};

/// What it says, as `trivy sbom --format json` writes it. Throws Error(failed) when that is not what was asked for.
std::vector<TrivyVulnerability> read_trivy(std::string_view report);

/// Asks this program about a CycloneDX bill. It may fetch nothing. Throws Error(failed), with what to do, when it cannot answer.
std::vector<TrivyVulnerability> ask_trivy(const Path& program, const std::string& bill);

}  // namespace sandbox::scan
