#include "results/jest_json.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace sandbox::results {

namespace {

using record::CaseStatus;
using record::TestCase;

bool holds(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

/// jest says so; of vitest's time-outs there is only the trace, under a name that no other has.
bool is_timeout(const std::string& message) {
  return holds(message, "Exceeded timeout of") || holds(message, "Test timed out in") || message.starts_with("Error: STACK_TRACE_ERROR");
}

CaseStatus status_of(const std::string& status, const std::string& message) {
  if (status == "passed") return CaseStatus::passed;
  if (status == "pending" || status == "skipped" || status == "todo" || status == "disabled") return CaseStatus::skipped;
  if (status == "failed") return is_timeout(message) ? CaseStatus::timeout : CaseStatus::failed;
  return CaseStatus::error;
}

std::string title_of(const Json& test) {
  std::string title;
  for (const Json& part : member(test, "ancestorTitles"))
    if (part.is_string() && title.size() < kMaxName && !part.get_ref<const std::string&>().empty()) title += part.get<std::string>() + " > ";
  return title + text_in(test, "title");
}

class Reader {
 public:
  explicit Reader(std::string_view root) : root_(root) {}

  Reading read(std::string_view text) {
    const Json report = parse_document(text, "the report", reading_);
    if (report.is_null()) return std::move(reading_);
    const Json& files = member(report, "testResults");
    if (!files.is_array()) {
      reading_.problem("unreadable", "no 'testResults'");
      return std::move(reading_);
    }
    for (const Json& file : files) take_file(file);
    check(report);
    return std::move(reading_);
  }

 private:
  std::string shown(std::string path) const {
    if (!root_.empty() && path.starts_with(root_)) path.erase(0, root_.size());
    return path;
  }

  void take_file(const Json& file) {
    const std::string name = shown(text_in(file, "name"));
    const Json& tests = member(file, "assertionResults");
    bool failing = false;
    for (const Json& test : tests)
      if (test.is_object()) failing = take_test(test, name) || failing;
    // A file that could not be loaded, or an error beside its tests.
    if (text_in(file, "status") == "failed" && !failing) add_error(name, text_in(file, "message"));
  }

  bool take_test(const Json& test, const std::string& file) {
    TestCase found;
    found.suite = found.file.emplace(file);
    found.name = title_of(test);
    found.duration_ms = number_in(test, "duration");
    if (const auto line = count_in(member(test, "location"), "line"); line && *line < 100'000'000) found.line = static_cast<int>(*line);
    for (const Json& message : member(test, "failureMessages"))
      if (message.is_string() && found.output.value_or("").size() < 4 * kMaxOutput) add_text(found.output, message.get<std::string>());
    if (found.output) found.message = found.output->substr(0, found.output->find("\n    at "));
    found.status = status_of(text_in(test, "status"), found.output.value_or(""));
    ++leaves_;
    if (found.status == CaseStatus::passed) ++passed_;
    const bool failing = record::is_failing(found.status);
    failed_ += failing ? 1 : 0;
    reading_.add(std::move(found));
    return failing;
  }

  void add_error(const std::string& file, const std::string& message) {
    TestCase broken;
    broken.suite = broken.file.emplace(file);
    broken.name = "(file)";
    broken.message = message.empty() ? "the file failed, and none of its tests" : message;
    reading_.add(std::move(broken));
    has_error_ = true;
  }

  void check(const Json& report) {
    compare(reading_, "tests", count_in(report, "numTotalTests"), leaves_);
    compare(reading_, "failed", count_in(report, "numFailedTests"), failed_);
    compare(reading_, "passed", count_in(report, "numPassedTests"), passed_);
    const Json& success = member(report, "success");
    if (success == true && (failed_ > 0 || has_error_)) reading_.problem("contradictory", "it says that all succeeded, and some failed");
    if (success == false && failed_ == 0 && !has_error_ && leaves_ > 0) reading_.problem("exit", "it says that it failed, and none of its tests");
    if (member(report, "wasInterrupted") == true) reading_.problem("truncated", "it was interrupted");
  }

  std::string_view root_;
  Reading reading_;
  std::uint64_t leaves_ = 0, failed_ = 0, passed_ = 0;
  bool has_error_ = false;
};

}  // namespace

Reading read_jest_json(std::string_view text, std::string_view root) { return Reader(root).read(text); }

}  // namespace sandbox::results
