#include "scan/sarif.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "scan/rule.hpp"

namespace sandbox::scan {

namespace {

constexpr const char* kInsideImage = "IMAGE";

/// Forges make "critical" of 9 and more, "high" of 7, "medium" of 4.
const char* score_of(record::Severity severity) {
  switch (severity) {
    case record::Severity::critical: return "9.5";
    case record::Severity::high: return "8.0";
    case record::Severity::medium: return "5.5";
    case record::Severity::low: break;
  }
  return "3.0";
}

const char* level_of(record::Severity severity) {
  if (severity >= record::Severity::high) return "error";
  return severity == record::Severity::medium ? "warning" : "note";
}

Json text(std::string_view words) { return {{"text", words}}; }

Json rule_json(const Rule& rule) {
  const std::string help = fmt::format("{} See RULES in sandbox-scan(1), {}.", rule.fix, rule.id);
  return {{"id", rule.id},
          {"shortDescription", text(rule.says)},
          {"fullDescription", text(fmt::format("{} {}", rule.says, rule.fix))},
          {"help", {{"text", help}, {"markdown", help}}},
          {"defaultConfiguration", {{"level", level_of(rule.severity)}}},
          {"properties", {{"tags", {"security"}}, {"precision", "high"}, {"security-severity", score_of(rule.severity)}}}};
}

Json location_json(const record::Finding& finding, bool is_image) {
  const std::string& path = *finding.path;
  Json artifact = {{"uri", uri_of(is_image && path.starts_with('/') ? path.substr(1) : path)}};
  if (is_image) artifact["uriBaseId"] = kInsideImage;
  Json place = {{"artifactLocation", artifact}};
  // What is about the whole recipe is shown at its top; of a file of an image there may be no line.
  if (finding.line || !is_image) place["region"] = {{"startLine", finding.line.value_or(1)}};
  if (finding.line && finding.column) place["region"]["startColumn"] = *finding.column;
  return {{"physicalLocation", place}};
}

Json result_json(const record::Finding& finding, bool is_image) {
  const auto index = std::ranges::find(rules(), finding.rule, &Rule::id) - rules().begin();
  Json result = {{"ruleId", finding.rule},
                 {"ruleIndex", index},
                 {"level", level_of(finding.severity)},
                 {"message", text(visible(finding.message))},
                 {"locations", Json::array()},
                 {"partialFingerprints", {{"primaryLocationLineHash", finding.fingerprint}}}};
  if (finding.path) result["locations"].push_back(location_json(finding, is_image));
  if (finding.allowed) result["suppressions"] = Json::array({{{"kind", "inSource"}, {"justification", visible(*finding.allowed)}}});
  return result;
}

}  // namespace

std::string uri_of(std::string_view path) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
  std::string uri = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    if (kPlain.find(c) != kPlain.npos) uri += c;
    else uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return uri;
}

std::string sarif(std::span<const record::Findings> all) {
  Json described = Json::array(), results = Json::array();
  for (const Rule& rule : rules()) described.push_back(rule_json(rule));
  for (const record::Findings& findings : all)
    for (const record::Finding& finding : findings.findings) results.push_back(result_json(finding, findings.kind == "image"));
  const Json driver = {{"name", "sandbox-scan"}, {"semanticVersion", SANDBOX_VERSION}, {"rules", described}};
  const Json run = {{"tool", {{"driver", driver}}},
                    {"automationDetails", {{"id", "sandbox-scan/"}}},
                    {"originalUriBaseIds", {{kInsideImage, {{"description", text("The top directory of the image.")}}}}},
                    {"invocations", Json::array({{{"executionSuccessful", true}}})},
                    {"results", results}};
  return record::dump({{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"}, {"runs", Json::array({run})}}) + "\n";
}

}  // namespace sandbox::scan
