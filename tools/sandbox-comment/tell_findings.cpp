// sandbox.findings/1: what a scan of a recipe or an image found.
#include <fmt/format.h>

#include <array>

#include "forge/markdown.hpp"
#include "record/findings.hpp"
#include "section.hpp"

namespace sandbox::tool {

namespace {

constexpr std::size_t kMaxFindings = 50;

std::string totals_of(const record::FindingCounts& counts) {
  const std::array<std::pair<std::uint64_t, const char*>, 5> all = {
      {{counts.critical, "critical"}, {counts.high, "high"}, {counts.medium, "medium"}, {counts.low, "low"}, {counts.allowed, "allowed"}}};
  std::string text;
  for (const auto& [count, what] : all)
    if (count) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, what);
  return text.empty() ? "no findings" : text;
}

std::string line_of(const record::Finding& finding) {
  const std::string place = finding.path.value_or("") + (finding.line ? fmt::format(":{}", *finding.line) : "");
  return fmt::format("- {} {} {}{}\n", record::name_of(finding.severity), forge::code(finding.rule, 60), place.empty() ? "" : forge::code(place, 200) + " ",
                     forge::code(finding.message, 300));
}

std::string list_of(const record::Findings& findings) {
  std::string text;
  std::size_t shown = 0, left = 0;
  for (const record::Finding& finding : findings.findings) {
    if (finding.allowed) continue;
    if (++shown > kMaxFindings) ++left;
    else text += line_of(finding);
  }
  return left ? text + fmt::format("\n*and {} more*\n", left) : text;
}

}  // namespace

Sections tell_findings(const Json& record, const Setting&) {
  const auto findings = record.get<record::Findings>();
  const std::string totals = totals_of(findings.counts), list = list_of(findings);
  Section section{"findings", 30, 55, "", {"scan: " + totals + " in", {findings.name}}};
  section.text = fmt::format("**Scan** of {}: {}{}\n", forge::code(findings.name), totals, findings.truncated ? "; there is more than was looked at" : "");
  if (!list.empty()) section.text += "\n" + folded("Findings", list);
  return {section};
}

}  // namespace sandbox::tool
