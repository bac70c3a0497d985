#include "record/findings.hpp"

#include <algorithm>
#include <array>

#include "record/fields.hpp"

namespace sandbox::record {

namespace {

constexpr std::array<std::string_view, 4> kSeverities = {"low", "medium", "high", "critical"};

Severity severity_field(const Json& json, const char* name) {
  const auto severity = severity_of(field<std::string>(json, name));
  if (!severity) throw Misfit(fmt::format("the record's '{}' is no severity", name));
  return *severity;
}

Json text_or_null(const std::optional<std::string>& text) { return text ? text_json(*text) : Json(nullptr); }

std::optional<std::string> text_if(const Json& json, const char* name) {
  const auto value = field_if<Json>(json, name);
  return value ? std::optional(text_of(*value)) : std::nullopt;
}

}  // namespace

std::string_view name_of(Severity severity) { return kSeverities[static_cast<std::size_t>(severity)]; }

std::optional<Severity> severity_of(std::string_view word) {
  const auto found = std::ranges::find(kSeverities, word);
  if (found == kSeverities.end()) return std::nullopt;
  return static_cast<Severity>(found - kSeverities.begin());
}

void to_json(Json& json, const Finding& finding) {
  json = {{"rule", finding.rule},
          {"severity", name_of(finding.severity)},
          {"message", text_json(finding.message)},
          {"path", text_or_null(finding.path)},
          {"line", or_null(finding.line)},
          {"column", or_null(finding.column)},
          {"fingerprint", finding.fingerprint},
          {"allowed", text_or_null(finding.allowed)}};
}

void from_json(const Json& json, Finding& finding) {
  finding.rule = field<std::string>(json, "rule");
  finding.severity = severity_field(json, "severity");
  finding.message = text_of(field<Json>(json, "message"));
  finding.path = text_if(json, "path");
  finding.line = field_if<int>(json, "line");
  finding.column = field_if<int>(json, "column");
  finding.fingerprint = field<std::string>(json, "fingerprint");
  finding.allowed = text_if(json, "allowed");
}

void to_json(Json& json, const FindingCounts& counts) {
  json = {{"critical", counts.critical}, {"high", counts.high}, {"medium", counts.medium}, {"low", counts.low}, {"allowed", counts.allowed}};
}

void from_json(const Json& json, FindingCounts& counts) {
  counts.critical = field<std::uint64_t>(json, "critical");
  counts.high = field<std::uint64_t>(json, "high");
  counts.medium = field<std::uint64_t>(json, "medium");
  counts.low = field<std::uint64_t>(json, "low");
  counts.allowed = field<std::uint64_t>(json, "allowed");
}

void to_json(Json& json, const Findings& findings) {
  json = {{"schema", Findings::kSchema},
          {"kind", findings.kind},
          {"name", findings.name},
          {"digest", or_null(findings.digest)},
          {"folder", text_or_null(findings.folder)},
          {"fail_on", name_of(findings.fail_on)},
          {"verdict", {{"status", findings.status}, {"detail", findings.detail}}},
          {"counts", findings.counts},
          {"findings", findings.findings},
          {"truncated", findings.truncated},
          {"from", findings.from}};
}

void from_json(const Json& json, Findings& findings) {
  findings.kind = field<std::string>(json, "kind");
  findings.name = field<std::string>(json, "name");
  findings.digest = field_if<std::string>(json, "digest");
  findings.folder = text_if(json, "folder");
  findings.fail_on = severity_field(json, "fail_on");
  const Json verdict = field<Json>(json, "verdict");
  findings.status = field<std::string>(verdict, "status");
  findings.detail = field<std::string>(verdict, "detail");
  findings.counts = field<FindingCounts>(json, "counts");
  findings.findings = field<std::vector<Finding>>(json, "findings");
  findings.truncated = field<bool>(json, "truncated");
  findings.from = from_of(json);
}

}  // namespace sandbox::record
