#include "results/go_json.hpp"

#include <fmt/format.h>

#include <map>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sandbox::results {

namespace {

using record::CaseStatus;
using record::TestCase;

struct Test {
  std::optional<CaseStatus> ended;
  bool is_twice = false;  // ended more often than it began
  std::optional<double> seconds;
  std::string output;
};

struct Package {
  std::map<std::string, Test> tests;
  std::vector<std::string> order;
  std::optional<std::string> ended;
  std::string output;
};

bool holds(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

void keep(std::string& text, std::string_view more) {
  text += more;
  if (text.size() > 2 * kMaxOutput) text.erase(0, text.size() - kMaxOutput);
}

class Reader {
 public:
  Reading read(std::string_view text) {
    std::size_t begin = 0;
    while (begin < text.size()) {
      const std::size_t end = text.find('\n', begin);
      line(text.substr(begin, end - begin), end == text.npos);
      begin = end == text.npos ? text.size() : end + 1;
    }
    for (const auto& [name, package] : packages_) settle(name, package);
    if (packages_.empty() && reading_.problems().empty()) reading_.problem("truncated", "no event");
    return std::move(reading_);
  }

 private:
  void line(std::string_view text, bool is_unfinished) {
    if (text.find_first_not_of(" \t\r") == text.npos) return;
    Json event;
    try {
      event = record::parse(text, "an event");
    } catch (const Error&) {
      if (const auto package = unbuilt(text)) return reading_.problem("build", fmt::format("the package {} could not be built", visible(*package)));
      const bool is_cut = is_unfinished && text.front() == '{';
      return reading_.problem(is_cut ? "truncated" : "unreadable",
                              is_cut ? "it ends within an event" : fmt::format("no event: {}", visible(head_of(text, 200))));
    }
    if (!event.is_object()) return reading_.problem("unreadable", "a line that is no event");
    take(event);
  }

  /// Until Go 1.24 a package that cannot be built is no event: "FAIL\tpackage [build failed]".
  static std::optional<std::string_view> unbuilt(std::string_view line) {
    constexpr std::string_view kFail = "FAIL\t";
    if (!line.starts_with(kFail) || !(line.ends_with(" [build failed]") || line.ends_with(" [setup failed]"))) return std::nullopt;
    return line.substr(kFail.size(), line.rfind(" [") - kFail.size());
  }

  void take(const Json& event) {
    const std::string action = text_in(event, "Action"), name = text_in(event, "Test");
    const std::string package_name = text_in(event, "Package");
    if (package_name.empty()) return;  // of the build, from Go 1.24 on
    if (count_ >= kMaxCases) return reading_.problem("truncated", fmt::format("more than {} tests", kMaxCases));
    Package& package = packages_[package_name];
    if (name.empty()) return take_package(package, action, text_in(event, "Output"));
    const auto [found, is_new] = package.tests.try_emplace(name);
    if (is_new) package.order.push_back(name), ++count_;
    take_test(found->second, action, event);
  }

  void take_package(Package& package, const std::string& action, const std::string& output) {
    if (action == "output") return keep(package.output, output);
    if (action != "pass" && action != "fail" && action != "skip") return;
    if (package.ended && *package.ended != action) reading_.problem("contradictory", "a package that ends twice");
    if (!package.ended || action == "fail") package.ended = action;
  }

  /// With -count=2 one begins again; what ends twice without that is no runner's doing.
  void take_test(Test& test, const std::string& action, const Json& event) {
    if (action == "output") return keep(test.output, text_in(event, "Output"));
    if (action == "run") {
      if (test.ended == CaseStatus::passed || test.ended == CaseStatus::skipped) test.ended.reset();
      return;
    }
    const CaseStatus status = action == "pass" ? CaseStatus::passed : action == "skip" ? CaseStatus::skipped : CaseStatus::failed;
    if (action != "pass" && action != "skip" && action != "fail") return;
    if (test.ended && *test.ended != status) test.is_twice = true;
    if (!test.ended || record::is_failing(status)) test.ended = status;
    test.seconds = number_in(event, "Elapsed");
  }

  static bool has_child(const Package& package, const std::string& name, bool failing) {
    for (auto child = package.tests.upper_bound(name + "/"); child != package.tests.end() && child->first.starts_with(name + "/"); ++child)
      if (!failing || !child->second.ended || record::is_failing(*child->second.ended)) return true;
    return false;
  }

  void settle(const std::string& name, const Package& package) {
    bool failed = false;
    const bool timed_out = holds(package.output, "panic: test timed out") || any_output(package, "panic: test timed out");
    for (const std::string& test_name : package.order) {
      const Test& test = package.tests.at(test_name);
      TestCase found = case_of(name, test_name, test, timed_out);
      if (test.is_twice) reading_.problem("contradictory", fmt::format("{} {} ends twice", visible(name), visible(test_name)));
      failed = failed || record::is_failing(found.status);
      const bool is_parent = has_child(package, test_name, false);
      if (!is_parent || (record::is_failing(found.status) && !has_child(package, test_name, true))) reading_.add(std::move(found));
    }
    judge(name, package, failed);
  }

  static bool any_output(const Package& package, std::string_view part) {
    for (const auto& [name, test] : package.tests)
      if (!test.ended && holds(test.output, part)) return true;
    return false;
  }

  TestCase case_of(const std::string& package, const std::string& name, const Test& test, bool timed_out) const {
    TestCase found;
    found.suite = package;
    found.name = name;
    found.status = test.ended.value_or(timed_out ? CaseStatus::timeout : CaseStatus::crashed);
    if (test.ended == CaseStatus::failed && holds(test.output, "panic: test timed out")) found.status = CaseStatus::timeout;
    if (test.seconds) found.duration_ms = *test.seconds * 1000;
    if (!record::is_failing(found.status)) return found;
    found.message = test.ended ? first_word_of(test.output) : "it began and did not end";
    found.output = test.output;
    return found;
  }

  /// "    a_test.go:12: text"
  static std::string first_word_of(const std::string& output) {
    for (const std::string_view line : split(output, '\n'))
      if (holds(line, ".go:") && line.starts_with(" ")) return std::string(line.substr(line.find_first_not_of(' ')));
    return "failed";
  }

  void judge(const std::string& name, const Package& package, bool failed) {
    const std::string shown = visible(name);
    if (!package.ended) return reading_.problem("truncated", fmt::format("the package {} has no end", shown));
    if (*package.ended != "fail") {
      if (failed) reading_.problem("contradictory", fmt::format("the package {} passed and a test of it did not", shown));
      return;
    }
    if (holds(package.output, "[build failed]") || holds(package.output, "[setup failed]"))
      return reading_.problem("build", fmt::format("the package {} could not be built", shown));
    if (!failed) reading_.problem("exit", fmt::format("the package {} failed, and none of its tests: {}", shown, visible(tail_of(package.output, 500))));
  }

  Reading reading_;
  std::map<std::string, Package> packages_;
  std::size_t count_ = 0;
};

}  // namespace

Reading read_go_json(std::string_view text) {
  if (text.size() <= kMaxReport) return Reader().read(text);
  Reading reading;
  reading.problem("unreadable", "the report is too large");
  return reading;
}

}  // namespace sandbox::results
