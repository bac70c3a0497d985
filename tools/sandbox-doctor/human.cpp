#include "human.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/human.hpp"

namespace sandbox::tool {

namespace {

using record::DiagnosisLine;

std::string_view mark_of(const DiagnosisLine& line) {
  if (line.state == "ok") return "✓";
  if (line.state == "degraded") return "!";
  return line.state == "missing" ? "✗" : "-";
}

/// What is optional and absent is no problem to be explained to everybody.
bool is_problem(const DiagnosisLine& line) { return line.state == "missing" || line.state == "degraded"; }

std::string explained(const DiagnosisLine& line) {
  std::string text = fmt::format("\n{} {}: {}{}\n    {}\n", mark_of(line), line.name, line.state, line.required ? ", and required" : "",
                                 visible(line.detail));
  text += fmt::format("    why: {}\n", line.why);
  if (line.fix) text += fmt::format("    fix{}: {}{}\n", line.as_root ? " (as root)" : "", visible(*line.fix), line.safe ? "   [--fix does it]" : "");
  return text;
}

}  // namespace

std::string human(const record::Diagnosis& diagnosis, bool verbose) {
  cli::Table table;
  table.row({"", "LINE", "STATE", "FOUND"});
  for (const DiagnosisLine& line : diagnosis.lines) table.row({std::string(mark_of(line)), line.name, line.state, visible(line.detail)});
  std::string text = table.text();
  for (const DiagnosisLine& line : diagnosis.lines)
    if (verbose || is_problem(line)) text += explained(line);
  return text + (diagnosis.usable ? "\nsandboxes can be started here\n" : "\nno sandbox can be started here without --allow-missing, or at all\n");
}

}  // namespace sandbox::tool
