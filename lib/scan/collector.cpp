#include "scan/collector.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "base/error.hpp"
#include "digest/sha256.hpp"
#include "scan/rule.hpp"

namespace sandbox::scan {

namespace {

constexpr std::size_t kMaxMessage = 300;

std::string shortened(std::string text) {
  if (text.size() > kMaxMessage) text = text.substr(0, kMaxMessage) + "...";
  return text;
}

/// Of those with the same words in the same file, which one: lines do not count.
std::string fingerprint(const record::Finding& finding, std::string_view name, std::size_t nth) {
  const std::string key = fmt::format("{}\n{}\n{}\n{}\n{}", finding.rule, name, finding.path.value_or(""), finding.message, nth);
  return digest::sha256_hex(key).substr(0, 16);
}

record::FindingCounts counts_of(const std::vector<record::Finding>& findings) {
  record::FindingCounts counts;
  for (const record::Finding& finding : findings) {
    if (finding.allowed) ++counts.allowed;
    else if (finding.severity == record::Severity::critical) ++counts.critical;
    else if (finding.severity == record::Severity::high) ++counts.high;
    else if (finding.severity == record::Severity::medium) ++counts.medium;
    else ++counts.low;
  }
  return counts;
}

auto order(const record::Finding& finding) {
  return std::tuple(finding.allowed.has_value(), -static_cast<int>(finding.severity), finding.path, finding.line, finding.rule, finding.message);
}

}  // namespace

void Collector::add(std::string_view id, std::string message, Spot spot) {
  const Rule* rule = find_rule(id);
  if (!rule) throw Error(ExitCode::failed, fmt::format("no rule is called '{}'", id));
  add(id, rule->severity, std::move(message), std::move(spot));
}

void Collector::add(std::string_view id, record::Severity severity, std::string message, Spot spot) {
  if (findings_.size() == kMost) return truncate();
  findings_.push_back({std::string(id), severity, shortened(std::move(message)), std::move(spot.path), spot.line, spot.column, "", {}});
}

void Collector::apply_allowances() {
  for (record::Finding& finding : findings_)
    for (Allowance& allowance : allowances_)
      if (allowance.covers(finding)) {
        allowance.used = true;
        finding.allowed = allowance.reason;
      }
}

void Collector::add_unused() {
  for (const Allowance& allowance : allowances_)
    if (!allowance.used && allowance.path)
      add("unused-allow", fmt::format("nothing here needs to be allowed by '{}'", allowance.rule), {*allowance.path, allowance.written_at});
}

void Collector::add_fingerprints(std::string_view name) {
  std::map<std::tuple<std::string, std::optional<std::string>, std::string>, std::size_t> seen;
  for (record::Finding& finding : findings_)
    finding.fingerprint = fingerprint(finding, name, seen[{finding.rule, finding.path, finding.message}]++);
}

void Collector::finish(record::Findings& into, bool strict) && {
  apply_allowances();
  add_unused();
  std::ranges::sort(findings_, {}, order);
  add_fingerprints(into.name);
  const auto counting = std::ranges::count_if(findings_, [&](const record::Finding& finding) {
    return finding.severity >= into.fail_on && (strict || !finding.allowed);
  });
  into.status = counting ? "failed" : "passed";
  into.detail = counting ? fmt::format("{} finding{} of severity {}{}", counting, counting == 1 ? "" : "s", record::name_of(into.fail_on),
                                       into.fail_on == record::Severity::critical ? "" : " or above")
                         : "";
  into.counts = counts_of(findings_);
  into.findings = std::move(findings_);
  into.truncated = truncated_;
}

}  // namespace sandbox::scan
