#include "human.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/human.hpp"

namespace sandbox::tool {

namespace {

std::string place_of(const record::Finding& finding) {
  std::string place = visible(finding.path.value_or("-"));
  if (finding.line) place += fmt::format(":{}", *finding.line);
  if (finding.column) place += fmt::format(":{}", *finding.column);
  return place;
}

std::string totals_of(const record::FindingCounts& counts) {
  std::string text;
  const auto add = [&](std::uint64_t count, std::string_view what) {
    if (count) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, what);
  };
  add(counts.critical, "critical");
  add(counts.high, "high");
  add(counts.medium, "medium");
  add(counts.low, "low");
  add(counts.allowed, "allowed");
  return text.empty() ? "no findings" : text;
}

}  // namespace

std::string human(const record::Findings& findings) {
  std::string text;
  if (!findings.findings.empty()) {
    cli::Table table;
    table.row({"SEVERITY", "RULE", "WHERE", "WHAT"});
    for (const record::Finding& finding : findings.findings)
      table.row({finding.allowed ? "allowed" : std::string(record::name_of(finding.severity)), finding.rule, place_of(finding),
                 visible(finding.message) + (finding.allowed ? fmt::format(" ({})", visible(*finding.allowed)) : "")});
    text = table.text();
  }
  text += fmt::format("{}: {}{}\n", visible(findings.name), totals_of(findings.counts), findings.truncated ? "; there is more than was looked at" : "");
  return text;
}

}  // namespace sandbox::tool
