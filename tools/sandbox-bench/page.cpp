#include <fmt/format.h>

#include "base/quantity.hpp"
#include "forge/markdown.hpp"
#include "measure/comparison.hpp"
#include "numbers.hpp"
#include "plots.hpp"

namespace sandbox::tool {

namespace {

using record::Measurements;

/// Nothing may be loaded, and nothing run, whatever a name says.
constexpr std::string_view kHead = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
<title>sandbox-bench</title>
<style>
body{font-family:sans-serif;margin:2em;color:#222}
table{border-collapse:collapse;margin:1em 0}
td,th{padding:.2em .7em;border-bottom:1px solid #ddd;text-align:right}
td:first-child,th:first-child{text-align:left}
.bad{color:#b00}
</style>
</head>
<body>
)";

std::string cells(const std::vector<std::string>& texts, std::string_view tag) {
  std::string line = "<tr>";
  for (const std::string& text : texts) line += fmt::format("<{0}>{1}</{0}>", tag, forge::html(text));
  return line + "</tr>\n";
}

std::string heading(const Measurements& measurements) {
  const auto& machine = measurements.machine;
  const std::string where = fmt::format("{}, {} processors, {}, Linux {}", machine.processor, machine.processors, size_text(machine.memory_bytes), machine.kernel);
  std::string text = fmt::format("<h1>{}</h1>\n<p>{}</p>\n<p>{}</p>\n", forge::html(measurements.image), forge::html(measurements.image_digest), forge::html(where));
  text += fmt::format("<p>{}, {} runs, {}</p>\n", forge::html(measurements.engine.value_or("")), measurements.runs, forge::html(measurements.created));
  if (!measurements.verdict.passed()) text += fmt::format("<p class=\"bad\">{}</p>\n", forge::html(measurements.verdict.detail));
  return text;
}

std::vector<std::string> row_cells(const record::MeasuredRow& row) {
  std::vector<std::string> texts = {row.name, fmt::format("{}", row.samples.size())};
  if (row.distribution)
    for (const double value : {row.distribution->median, row.distribution->p90, row.distribution->p99, row.distribution->min, row.distribution->max})
      texts.push_back(number_text(value, row.unit));
  else
    texts.insert(texts.end(), 5, "-");
  texts.push_back(row.distribution ? fmt::format("{}", row.distribution->outliers) : "-");
  texts.push_back(row.failed ? fmt::format("{} failed: {}", row.failed, row.error.value_or("")) : "");
  return texts;
}

std::string tables(const Measurements& measurements) {
  std::string text = "<table>\n" + cells({"what", "n", "median", "p90", "p99", "min", "max", "outliers", ""}, "th");
  for (const auto& row : measurements.rows) text += cells(row_cells(row), "td");
  text += "</table>\n";
  if (!measurements.sweep.empty()) text += "<table>\n" + cells({"at once", "per second", "median", "p99", "failed", ""}, "th");
  for (const auto& level : measurements.sweep)
    text += cells({fmt::format("{}", level.concurrency), per_second_or_dash(level), milliseconds_or_dash(level.median_ms),
                   milliseconds_or_dash(level.p99_ms), fmt::format("{}", level.failed), level.error.value_or("")},
                  "td");
  if (!measurements.sweep.empty()) text += "</table>\n";
  for (const auto& note : measurements.notes) text += fmt::format("<p>{}: {}</p>\n", forge::html(note.about), forge::html(note.text));
  return text;
}

std::string comparison(const Measurements& measurements) {
  if (!measurements.comparison) return "";
  std::string text = fmt::format("<h2>Since {}</h2>\n<table>\n", forge::html(measurements.comparison->created)) + cells({"what", "ratio", "change"}, "th");
  for (const auto& change : measurements.comparison->rows)
    text += cells({change.name, measure::ratio_text(change), verdict_text(change) + (change.over ? ", over the limit" : "")}, "td");
  text += "</table>\n";
  for (const auto& other : measurements.comparison->differs)
    text += fmt::format("<p class=\"bad\">another {}: {}, was {}</p>\n", forge::html(other.what), forge::html(other.now), forge::html(other.then));
  return text;
}

}  // namespace

std::string page(const std::vector<Measurements>& all) {
  std::string text(kHead);
  for (const Measurements& measurements : all) text += heading(measurements) + tables(measurements) + comparison(measurements) + svg(plots_of(measurements));
  return text + "</body>\n</html>\n";
}

}  // namespace sandbox::tool
