#include "record/test_case.hpp"

#include <algorithm>

#include "record/fields.hpp"

namespace sandbox::record {

namespace {

Json text_or_null(const std::optional<std::string>& text) { return text ? text_json(*text) : Json(nullptr); }

std::optional<std::string> text_if(const Json& json, const char* name) {
  const auto value = field_if<Json>(json, name);
  return value ? std::optional(text_of(*value)) : std::nullopt;
}

}  // namespace

std::string_view name_of(CaseStatus status) { return kCaseStatuses[static_cast<std::size_t>(status)]; }

std::optional<CaseStatus> case_status_of(std::string_view name) {
  const auto found = std::ranges::find(kCaseStatuses, name);
  if (found == kCaseStatuses.end()) return std::nullopt;
  return static_cast<CaseStatus>(found - kCaseStatuses.begin());
}

bool is_failing(CaseStatus status) {
  return status == CaseStatus::failed || status == CaseStatus::error || status == CaseStatus::timeout ||
         status == CaseStatus::crashed;
}

void to_json(Json& json, const TestCase& test) {
  json = {{"suite", text_json(test.suite)},
          {"name", text_json(test.name)},
          {"file", text_or_null(test.file)},
          {"line", or_null(test.line)},
          {"status", name_of(test.status)},
          {"duration_ms", or_null(test.duration_ms)},
          {"message", text_or_null(test.message)},
          {"output", text_or_null(test.output)},
          {"runs", test.runs},
          {"flaky", test.flaky}};
}

void from_json(const Json& json, TestCase& test) {
  test.suite = text_of(field<Json>(json, "suite"));
  test.name = text_of(field<Json>(json, "name"));
  test.file = text_if(json, "file");
  test.line = field_if<int>(json, "line");
  const auto status = case_status_of(field<std::string>(json, "status"));
  if (!status) throw Misfit("the record's 'status' is none of a test case");
  test.status = *status;
  test.duration_ms = field_if<double>(json, "duration_ms");
  test.message = text_if(json, "message");
  test.output = text_if(json, "output");
  test.runs = field_if<int>(json, "runs").value_or(1);
  test.flaky = field_if<bool>(json, "flaky").value_or(false);
}

}  // namespace sandbox::record
