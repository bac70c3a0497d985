// sandbox.report/1: totals of tests, and the cases that fail.
#include <fmt/format.h>

#include <array>

#include "forge/api.hpp"
#include "forge/markdown.hpp"
#include "record/chain.hpp"
#include "section.hpp"

namespace sandbox::tool {

namespace {

constexpr std::size_t kMaxCases = 50, kMaxProblems = 10;
constexpr std::array<std::string_view, 10> kTotals = {"passed", "failed", "error", "errors", "timeout", "crashed", "skipped", "xfailed", "xpassed", "flaky"};
constexpr std::array<std::string_view, 5> kFailing = {"failed", "error", "errors", "timeout", "crashed"};

/// Text of a record, or nothing: a string, or {"base64": …}.
std::string text_of(const Json& object, const char* name) {
  if (!object.is_object() || !object.contains(name) || object[name].is_null()) return "";
  try {
    return record::text_of(object[name]);
  } catch (const Error&) {
    return forge::text_field(object, name);
  }
}

const Json& part(const Json& object, const char* name) {
  static const Json kNone;
  const auto found = object.is_object() ? object.find(name) : object.end();
  return object.is_object() && found != object.end() ? *found : kNone;
}

std::string totals_of(const Json& totals) {
  std::string text;
  for (const std::string_view name : kTotals)
    if (const Json& count = part(totals, std::string(name).c_str()); count.is_number_unsigned() && (count != 0 || name == "passed"))
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count.get<std::uint64_t>(), name);
  return text.empty() ? "no totals" : text;
}

std::string place_of(const Json& test) {
  const std::string file = text_of(test, "file"), line = forge::text_field(test, "line");
  return file.empty() ? "" : line.empty() ? file : file + ":" + line;
}

std::string case_text(const Json& test) {
  const std::string suite = text_of(test, "suite"), place = place_of(test), message = text_of(test, "message"), output = text_of(test, "output");
  std::string text = "Case " + forge::code((suite.empty() ? "" : suite + " ") + text_of(test, "name"), 300);
  text += fmt::format(" {}", forge::code(text_of(test, "status"), 20));
  if (!place.empty()) text += " at " + forge::code(place);
  text += "\n\n";
  if (!message.empty()) text += forge::fence(message, {20, 2048}) + "\n";
  if (!output.empty() && output != message) text += forge::fence(output, {30, 3072, forge::Excerpt::Kept::last}) + "\n";
  return text;
}

bool is_failing(const Json& test) {
  const std::string status = text_of(test, "status");
  return std::ranges::find(kFailing, status) != kFailing.end();
}

std::string problems_of(const Json& record) {
  std::string text;
  std::size_t shown = 0;
  for (const Json& problem : part(record, "problems")) {
    if (++shown > kMaxProblems) break;
    text += fmt::format("- {} {}\n", forge::code(text_of(problem, "kind"), 40), forge::code(text_of(problem, "detail"), 300));
  }
  return text;
}

Section failing_of(const Json& cases) {
  Section section{"failing cases", 21, 60, "", {}};
  std::size_t failing = 0;
  for (const Json& test : cases) {
    if (!is_failing(test)) continue;
    if (++failing <= kMaxCases) section.text += case_text(test);
    if (failing <= 3) section.brief.quotes.push_back(text_of(test, "name"));
  }
  if (failing > kMaxCases) section.text += fmt::format("*and {} more*\n", failing - kMaxCases);
  const std::string title = fmt::format("{} failing {}", failing, failing == 1 ? "case" : "cases");
  section.brief.says = title + ":";
  if (failing) section.text = folded(title, section.text);
  return section;
}

}  // namespace

Sections tell_report(const Json& record, const Setting&) {
  const std::string totals = totals_of(part(record, "totals")), runner = text_of(record, "runner");
  const Json& verdict = part(record, "verdict");
  const std::string status = text_of(verdict, "status"), detail = text_of(verdict, "detail");
  Section section{"tests", 20, 80, "", {"tests: " + totals, {}}};
  section.text = fmt::format("**Tests** {}{}{}\n", runner.empty() ? "" : forge::code(runner, 40) + ": ", totals, status.empty() || status == "passed" ? "" : ", verdict " + forge::code(status, 20));
  if (!detail.empty() && status != "passed") section.text += "\n" + forge::fence(detail, {5, 1024});
  if (const std::string problems = problems_of(record); !problems.empty()) section.text += "\n" + problems;
  Section failing = failing_of(part(record, "cases"));
  return failing.text.empty() ? Sections{section} : Sections{section, failing};
}

}  // namespace sandbox::tool
