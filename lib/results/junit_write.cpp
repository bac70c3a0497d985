#include "results/junit_write.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

#include "base/text.hpp"

namespace sandbox::results {

namespace {

using record::CaseStatus;
using record::TestCase;

/// What XML 1.0 has no way to say is made visible; so is what is not UTF-8. U+FFFE and U+FFFF
/// are characters that it excludes.
std::string escaped(std::string_view text) {
  std::string out;
  std::string seen = is_utf8(text) ? std::string(text) : std::string();
  if (seen.empty())
    for (const std::string_view line : split(text, '\n')) seen += (seen.empty() ? "" : "\n") + visible(line);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const unsigned char c = static_cast<unsigned char>(seen[i]);
    if (c == '&') out += "&amp;";
    else if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '"') out += "&quot;";
    else if (c == '\n' || c == '\t') out += seen[i];
    else if (c < 0x20 || c == 0x7F) out += fmt::format("\\x{:02x}", c);
    else if (c == 0xEF && i + 2 < seen.size() && static_cast<unsigned char>(seen[i + 1]) == 0xBF && static_cast<unsigned char>(seen[i + 2]) >= 0xBE) out += "?", i += 2;
    else out += seen[i];
  }
  return out;
}

std::string attribute(std::string_view name, std::string_view value) {
  std::string text = escaped(value);
  for (std::size_t at = 0; (at = text.find_first_of("\n\t", at)) != text.npos; ++at) text[at] = ' ';
  return fmt::format(" {}=\"{}\"", name, text);
}

std::string seconds(double milliseconds) { return fmt::format("{:.3f}", milliseconds / 1000); }

std::string element(std::string_view name, const TestCase& test, std::string_view type) {
  std::string text = test.message.value_or("");
  if (test.output && test.output != test.message) text += (text.empty() ? "" : "\n") + *test.output;
  return fmt::format("      <{0}{1}{2}>{3}</{0}>\n", name, attribute("message", test.message.value_or(std::string(type))),
                     attribute("type", type), escaped(text));
}

std::string result_of(const TestCase& test) {
  const std::string_view status = record::name_of(test.status);
  switch (test.status) {
    case CaseStatus::passed:
      return test.output ? fmt::format("      <system-out>{}</system-out>\n", escaped(*test.output)) : "";
    case CaseStatus::skipped:
    case CaseStatus::xfailed:
    case CaseStatus::xpassed:  // nobody has an element for it, and it did not pass
      return element("skipped", test, status);
    case CaseStatus::failed:
      return element("failure", test, status);
    default:
      return element("error", test, status);
  }
}

struct Suite {
  std::string cases;
  record::TestTotals totals;
  double milliseconds = 0;
};

class Writer {
 public:
  void add(const TestCase& test) {
    Suite& suite = suites_[test.suite];
    if (suite.totals.cases++ == 0) order_.push_back(test.suite);
    ++suite.totals.by[std::string(record::name_of(test.status))];
    suite.milliseconds += test.duration_ms.value_or(0);
    suite.cases += fmt::format("    <testcase{}{}", attribute("classname", test.suite), attribute("name", unique(test)));
    if (test.file) suite.cases += attribute("file", *test.file);
    if (test.line) suite.cases += attribute("line", fmt::format("{}", *test.line));
    suite.cases += attribute("time", seconds(test.duration_ms.value_or(0)));
    const std::string result = result_of(test);
    suite.cases += result.empty() ? "/>\n" : ">\n" + result + "    </testcase>\n";
  }

  std::string text() const {
    std::string text;
    for (const std::string& name : order_) {
      const Suite& suite = suites_.at(name);
      text += fmt::format("  <testsuite{}{}>\n{}  </testsuite>\n", attribute("name", name.empty() ? "tests" : name), counts(suite), suite.cases);
    }
    return text;
  }

  static std::string counts(const Suite& suite) {
    const auto of = [&](CaseStatus status) { return suite.totals.of(status); };
    return fmt::format(" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\"", suite.totals.cases,
                       of(CaseStatus::failed), of(CaseStatus::error) + of(CaseStatus::timeout) + of(CaseStatus::crashed),
                       of(CaseStatus::skipped) + of(CaseStatus::xfailed) + of(CaseStatus::xpassed), seconds(suite.milliseconds));
  }

 private:
  /// GitLab shows one of two that are called the same.
  std::string unique(const TestCase& test) {
    std::string name = test.name;
    for (int i = 2; !names_.insert({test.suite, name}).second; ++i) name = fmt::format("{} ({})", test.name, i);
    return name;
  }

  std::map<std::string, Suite> suites_;
  std::vector<std::string> order_;
  std::set<std::pair<std::string, std::string>> names_;
};

}  // namespace

std::string junit_of(const record::Report& report) {
  Writer writer;
  for (const TestCase& test : report.cases) writer.add(test);
  Suite all;
  all.totals = report.totals;
  for (const record::TestProblem& problem : report.problems) {
    // Whoever reads only this file must not take half a report for a whole one.
    TestCase test;
    test.suite = "sandbox-test";
    test.name = fmt::format("{}: {}", problem.kind, problem.detail);
    test.message = problem.detail;
    writer.add(test);
    ++all.totals.cases;
    ++all.totals.by["error"];
  }
  for (const TestCase& test : report.cases) all.milliseconds += test.duration_ms.value_or(0);
  return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites{}{}>\n{}</testsuites>\n",
                     attribute("name", report.runner.value_or("tests")), Writer::counts(all), writer.text());
}

}  // namespace sandbox::results
