#include "scan/trivy.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/said.hpp"
#include "base/text.hpp"

namespace sandbox::scan {

namespace {

constexpr int kBill = 3;  ///< its descriptor there
constexpr std::size_t kMostBytes = std::size_t{256} << 20;
constexpr const char* kHint = "trivy image --download-db-only fetches its database; --no-trivy leaves it out";

std::string text(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// What is null there, or nothing, is an empty list.
Json list(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return Json::array();
  if (!found->is_array()) throw Error(ExitCode::failed, fmt::format("trivy's '{}' is no list", name), kHint);
  return *found;
}

/// Its "UNKNOWN" is our medium, as everywhere.
record::Severity severity_of(std::string word) {
  for (char& letter : word) letter = static_cast<char>(letter >= 'A' && letter <= 'Z' ? letter - 'A' + 'a' : letter);
  return record::severity_of(word).value_or(record::Severity::medium);
}

TrivyVulnerability vulnerability_of(const Json& one) {
  TrivyVulnerability found{text(one, "PkgName"), text(one, "InstalledVersion"), {text(one, "VulnerabilityID"), text(one, "Title"), severity_of(text(one, "Severity")), {}}};
  if (std::string fixed = text(one, "FixedVersion"); !fixed.empty()) found.vulnerability.fixed = std::move(fixed);
  if (found.package.empty() || found.vulnerability.id.empty()) throw Error(ExitCode::failed, "trivy tells of a vulnerability without its name", kHint);
  return found;
}

/// Gone with us, however we end.
Fd bill_in_memory(const std::string& bill) {
  Fd file = checked_fd(::memfd_create("bill", MFD_CLOEXEC), "cannot make a file in memory");
  write_all(file.get(), bill, "the bill of materials");
  return file;
}

}  // namespace

std::vector<TrivyVulnerability> read_trivy(std::string_view report) {
  const Json whole = Json::parse(report, nullptr, false);
  if (!whole.is_object()) throw Error(ExitCode::failed, "trivy's answer is not JSON", kHint);
  std::vector<TrivyVulnerability> all;
  for (const Json& result : list(whole, "Results")) {
    if (!result.is_object()) throw Error(ExitCode::failed, "trivy's answer has no results", kHint);
    for (const Json& one : list(result, "Vulnerabilities")) all.push_back(vulnerability_of(one));
  }
  return all;
}

std::vector<TrivyVulnerability> ask_trivy(const Path& program, const std::string& bill) {
  const Fd file = bill_in_memory(bill);
  Command command;
  command.program = program;
  command.arguments = {"trivy", "sbom", "--quiet", "--format", "json", "--skip-db-update", "--offline-scan", fmt::format("/dev/fd/{}", kBill)};
  for (char** variable = environ; *variable; ++variable) command.environment.emplace_back(*variable);
  command.environment.emplace_back("TRIVY_SKIP_VERSION_CHECK=true");
  command.descriptors.push_back({file.get(), kBill});
  command.descriptors.push_back({2, 2});  // what it has to complain about is for whoever called us
  const Said said = said_by(std::move(command), kMostBytes);
  if (const int code = shell_code(said.ending); code != 0) throw Error(ExitCode::failed, fmt::format("'{}' ended with {}", visible(program.native()), code), kHint);
  return read_trivy(said.text);
}

}  // namespace sandbox::scan
