#include "results/mocha_json.hpp"

#include <fmt/format.h>

namespace sandbox::results {

namespace {

using record::CaseStatus;
using record::TestCase;

bool is_hook(const std::string& title) {
  for (const char* hook : {"\"before all\" hook", "\"before each\" hook", "\"after all\" hook", "\"after each\" hook"})
    if (title.starts_with(hook)) return true;
  return false;
}

class Reader {
 public:
  explicit Reader(std::string_view root) : root_(root) {}

  Reading read(std::string_view text) {
    const Json report = parse_document(text, "the report", reading_);
    if (report.is_null()) return std::move(reading_);
    if (!member(report, "tests").is_array() || !member(report, "failures").is_array()) {
      reading_.problem("unreadable", "no 'tests' and 'failures'");
      return std::move(reading_);
    }
    for (const Json& test : member(report, "passes")) take(test, CaseStatus::passed);
    for (const Json& test : member(report, "pending")) take(test, CaseStatus::skipped);
    for (const Json& test : member(report, "failures")) take(test, CaseStatus::failed);
    check(report);
    return std::move(reading_);
  }

 private:
  void take(const Json& test, CaseStatus status) {
    if (!test.is_object()) return reading_.problem("unreadable", "a test that is no object");
    TestCase found;
    found.name = text_in(test, "title");
    found.status = status;
    const std::string full = text_in(test, "fullTitle");
    if (full.ends_with(found.name)) found.suite = full.substr(0, full.size() - found.name.size());
    if (found.suite.ends_with(' ')) found.suite.pop_back();
    std::string file = text_in(test, "file");
    if (!root_.empty() && file.starts_with(root_)) file.erase(0, root_.size());
    if (!file.empty()) found.file = file;
    found.duration_ms = number_in(test, "duration");
    if (status == CaseStatus::failed) describe(test, found);
    hooks_ += status == CaseStatus::failed && is_hook(found.name) ? 1 : 0;
    reading_.add(std::move(found));
  }

  static void describe(const Json& test, TestCase& found) {
    const Json& error = member(test, "err");
    add_text(found.message, text_in(error, "message"));
    add_text(found.output, text_in(error, "stack"));
    if (text_in(error, "code") == "ERR_MOCHA_TIMEOUT") found.status = CaseStatus::timeout;
    else if (is_hook(found.name)) found.status = CaseStatus::error;
  }

  void check(const Json& report) {
    const Json& stats = member(report, "stats");
    const auto size = [&](const char* name) { return static_cast<std::uint64_t>(member(report, name).size()); };
    compare(reading_, "passed", count_in(stats, "passes"), size("passes"));
    compare(reading_, "pending", count_in(stats, "pending"), size("pending"));
    compare(reading_, "failed", count_in(stats, "failures"), size("failures"));
    compare(reading_, "tests", count_in(stats, "tests"), size("tests"));
    // A hook that fails is no test, and its failure is one.
    if (size("tests") != size("passes") + size("pending") + size("failures") - hooks_)
      reading_.problem("contradictory", fmt::format("{} tests, of which {} have a result", size("tests"), reading_.cases().size() - hooks_));
  }

  std::string_view root_;
  Reading reading_;
  std::uint64_t hooks_ = 0;
};

}  // namespace

Reading read_mocha_json(std::string_view text, std::string_view root) { return Reader(root).read(text); }

}  // namespace sandbox::results
