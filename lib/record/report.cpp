#include "record/report.hpp"

#include "record/fields.hpp"

namespace sandbox::record {

std::uint64_t TestTotals::of(CaseStatus status) const {
  const auto found = by.find(std::string(name_of(status)));
  return found == by.end() ? 0 : found->second;
}

std::uint64_t TestTotals::failing() const {
  return of(CaseStatus::failed) + of(CaseStatus::error) + of(CaseStatus::timeout) + of(CaseStatus::crashed);
}

void to_json(Json& json, const TestProblem& problem) {
  json = {{"kind", problem.kind}, {"detail", text_json(problem.detail)}};
}

void from_json(const Json& json, TestProblem& problem) {
  problem.kind = field<std::string>(json, "kind");
  problem.detail = text_of(field<Json>(json, "detail"));
}

void to_json(Json& json, const TestTotals& totals) {
  json = {{"cases", totals.cases}};
  for (const std::string_view status : kCaseStatuses) {
    const auto found = totals.by.find(std::string(status));
    json[std::string(status)] = found == totals.by.end() ? 0 : found->second;
  }
  json["flaky"] = totals.flaky;
}

void from_json(const Json& json, TestTotals& totals) {
  totals.cases = field<std::uint64_t>(json, "cases");
  for (const std::string_view status : kCaseStatuses)
    totals.by[std::string(status)] = field<std::uint64_t>(json, std::string(status).c_str());
  totals.flaky = field<std::uint64_t>(json, "flaky");
}

void to_json(Json& json, const TestVerdict& verdict) {
  json = {{"status", verdict.status}, {"detail", text_json(verdict.detail)}};
}

void from_json(const Json& json, TestVerdict& verdict) {
  verdict.status = field<std::string>(json, "status");
  verdict.detail = text_of(field<Json>(json, "detail"));
}

void to_json(Json& json, const Coverage& coverage) {
  json = {{"format", coverage.format}, {"lines", coverage.lines}, {"covered", coverage.covered}};
}

void from_json(const Json& json, Coverage& coverage) {
  coverage.format = field<std::string>(json, "format");
  coverage.lines = field<std::uint64_t>(json, "lines");
  coverage.covered = field<std::uint64_t>(json, "covered");
}

void to_json(Json& json, const Fix& fix) {
  json = {{"command", text_json(fix.command)}, {"exit", fix.exit}, {"output", text_json(fix.output)}};
}

void from_json(const Json& json, Fix& fix) {
  fix.command = text_of(field<Json>(json, "command"));
  fix.exit = field<int>(json, "exit");
  fix.output = text_of(field<Json>(json, "output"));
}

void to_json(Json& json, const TestAttempt& attempt) {
  json = {{"number", attempt.number},     {"runs", attempt.runs},       {"verdict", attempt.verdict},
          {"totals", attempt.totals},     {"problems", attempt.problems}, {"failing", attempt.failing},
          {"wall_ms", attempt.wall_ms},   {"fix", or_null(attempt.fix)}};
}

void from_json(const Json& json, TestAttempt& attempt) {
  attempt.number = field<int>(json, "number");
  attempt.runs = field<std::uint64_t>(json, "runs");
  attempt.verdict = field<TestVerdict>(json, "verdict");
  attempt.totals = field<TestTotals>(json, "totals");
  attempt.problems = field<std::vector<TestProblem>>(json, "problems");
  attempt.failing = field<std::vector<TestCase>>(json, "failing");
  attempt.wall_ms = field<double>(json, "wall_ms");
  attempt.fix = field_if<Fix>(json, "fix");
}

void to_json(Json& json, const Shard& shard) { json = {{"number", shard.number}, {"of", shard.of}}; }

void from_json(const Json& json, Shard& shard) {
  shard.number = field<int>(json, "number");
  shard.of = field<int>(json, "of");
}

void to_json(Json& json, const Report& report) {
  json = {{"schema", Report::kSchema},
          {"sandbox", or_null(report.sandbox)},
          {"source", text_json(report.source)},
          {"runner", or_null(report.runner)},
          {"verdict", report.verdict},
          {"totals", report.totals},
          {"problems", report.problems},
          {"cases", report.cases},
          {"truncated", report.truncated},
          {"slowest", report.slowest},
          {"coverage", or_null(report.coverage)},
          {"commands", report.commands},
          {"attempts", report.attempts},
          {"shard", or_null(report.shard)},
          {"timings_ms", report.timings_ms},
          {"log_head", or_null(report.log_head)},
          {"from", report.from}};
}

void from_json(const Json& json, Report& report) {
  report.sandbox = field_if<std::string>(json, "sandbox");
  report.source = text_of(field<Json>(json, "source"));
  report.runner = field_if<std::string>(json, "runner");
  report.verdict = field<TestVerdict>(json, "verdict");
  report.totals = field<TestTotals>(json, "totals");
  report.problems = field<std::vector<TestProblem>>(json, "problems");
  report.cases = field<std::vector<TestCase>>(json, "cases");
  report.truncated = field<bool>(json, "truncated");
  report.slowest = field<std::vector<TestCase>>(json, "slowest");
  report.coverage = field_if<Coverage>(json, "coverage");
  report.commands = field<std::vector<CommandOutcome>>(json, "commands");
  report.attempts = field<std::vector<TestAttempt>>(json, "attempts");
  report.shard = field_if<Shard>(json, "shard");
  report.timings_ms = field<std::map<std::string, double>>(json, "timings_ms");
  report.log_head = field_if<std::string>(json, "log_head");
  report.from = from_of(json);
}

}  // namespace sandbox::record
