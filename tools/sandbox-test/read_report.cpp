#include "read_report.hpp"

#include <fmt/format.h>

#include <array>

#include "base/error.hpp"
#include "base/text.hpp"
#include "results/ctest.hpp"
#include "results/go_json.hpp"
#include "results/jest_json.hpp"
#include "results/junit_read.hpp"
#include "results/libtest.hpp"
#include "results/mocha_json.hpp"
#include "results/tap.hpp"
#include "results/verdict.hpp"

namespace sandbox::tool {

namespace {

using results::Reading;

struct Format {
  std::string_view runner;
  Reading (*read)(std::string text);
};

Reading junit(std::string text) { return results::read_junit(std::move(text)); }

constexpr std::array kFormats = {
    Format{"junit", junit},
    Format{"tap", [](std::string text) { return results::read_tap(text); }},
    Format{"go-json", [](std::string text) { return results::read_go_json(text); }},
    Format{"go", [](std::string text) { return results::read_go_json(text); }},
    Format{"node", [](std::string text) { return results::read_tap(text, results::Todo::is_to_be_written); }},
    Format{"jest", [](std::string text) { return results::read_jest_json(text); }},
    Format{"vitest", [](std::string text) { return results::read_jest_json(text); }},
    Format{"mocha", [](std::string text) { return results::read_mocha_json(text); }},
    Format{"cargo", [](std::string text) { return results::read_cargo_text(text); }},
    Format{"pytest", junit},
    Format{"ctest", [](std::string text) { return results::read_ctest(std::move(text), ""); }},
    Format{"catch2", junit},
};

const Format& format_of(const std::string& runner) {
  std::string names;
  for (const Format& format : kFormats) {
    if (format.runner == runner) return format;
    names += (names.empty() ? "" : ", ") + std::string(format.runner);
  }
  throw Error(ExitCode::input, fmt::format("no file of '{}' can be read", visible(runner)), "one of " + names);
}

std::string text_of(const Path& file) {
  if (file == "-") return read_all(0, results::kMaxReport, "stdin");
  auto text = read_file_if_exists(file, results::kMaxReport);
  if (!text) throw Error(ExitCode::input, fmt::format("no report '{}'", visible(file.native())), "--read FILE: what a runner wrote");
  return std::move(*text);
}

}  // namespace

record::Report read_report(const Path& file, const std::string& runner) {
  const Format& format = format_of(runner);
  record::Report report;
  report.source = file.native();
  report.runner = runner;
  Reading reading = format.read(text_of(file));
  fill_report(report, std::move(reading.cases()), std::move(reading.problems()), false);
  return report;
}

void fill_report(record::Report& report, std::vector<record::TestCase> cases, std::vector<record::TestProblem> problems, bool may_be_empty) {
  report.totals = results::totals_of(cases);
  report.verdict = results::verdict_of(report.totals, problems, may_be_empty);
  report.problems = std::move(problems);
  report.slowest = results::slowest_of(cases);
  report.truncated = results::fit_record(cases);
  report.cases = std::move(cases);
}

}  // namespace sandbox::tool
