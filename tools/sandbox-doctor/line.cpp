#include "line.hpp"

namespace sandbox::tool {

namespace {

DiagnosisLine judged(DiagnosisLine line, std::string_view state, std::string detail, std::optional<Fix> fix) {
  line.state = state;
  line.detail = std::move(detail);
  if (!fix) return line;
  line.fix = std::move(fix->command);
  line.as_root = fix->as_root;
  line.safe = fix->safe;
  return line;
}

}  // namespace

DiagnosisLine line_of(HostCheck check, std::string_view group, Need need, std::string_view why) {
  DiagnosisLine line;
  line.name = name_of(check);
  line.group = group;
  line.required = need == Need::required;
  line.why = why;
  return line;
}

DiagnosisLine ok(DiagnosisLine line, std::string detail) { return judged(std::move(line), "ok", std::move(detail), {}); }

DiagnosisLine degraded(DiagnosisLine line, std::string detail, std::optional<Fix> fix) {
  return judged(std::move(line), "degraded", std::move(detail), std::move(fix));
}

DiagnosisLine lacking(DiagnosisLine line, std::string detail, std::optional<Fix> fix) {
  const char* state = line.required ? "missing" : "absent";
  return judged(std::move(line), state, std::move(detail), std::move(fix));
}

std::optional<Fix> advice(std::string words) {
  return words.empty() ? std::nullopt : std::optional(Fix{std::move(words)});
}

std::string own_hint(std::string_view hint) {
  std::string_view own = hint.substr(0, hint.find("see 'sandbox-doctor "));
  if (own.ends_with("; ")) own.remove_suffix(2);
  return std::string(own);
}

}  // namespace sandbox::tool
