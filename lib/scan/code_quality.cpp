#include "scan/code_quality.hpp"

#include "base/text.hpp"

namespace sandbox::scan {

namespace {

const char* word_for(record::Severity severity) {
  switch (severity) {
    case record::Severity::critical: return "blocker";
    case record::Severity::high: return "critical";
    case record::Severity::medium: return "major";
    case record::Severity::low: break;
  }
  return "minor";
}

}  // namespace

std::string code_quality(std::span<const record::Findings> all) {
  Json report = Json::array();
  for (const record::Findings& findings : all)
    for (const record::Finding& finding : findings.findings)
      if (!finding.allowed)
        report.push_back({{"description", visible(finding.message)},
                          {"check_name", finding.rule},
                          {"fingerprint", finding.fingerprint},
                          {"severity", word_for(finding.severity)},
                          {"location", {{"path", visible(finding.path.value_or(findings.name))}, {"lines", {{"begin", finding.line.value_or(1)}}}}}});
  return record::dump(report) + "\n";
}

}  // namespace sandbox::scan
