#include "results/libtest.hpp"

#include <fmt/format.h>

#include <charconv>
#include <map>

#include "base/text.hpp"

namespace sandbox::results {

namespace {

using record::CaseStatus;
using record::TestCase;

bool take_front(std::string_view& text, std::string_view front) {
  if (!text.starts_with(front)) return false;
  text.remove_prefix(front.size());
  return true;
}

std::uint64_t number_at(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// "ok", "FAILED", "ignored, reason", "ok <0.1s>"
std::optional<CaseStatus> status_word(std::string_view word) {
  if (word == "ok" || word.starts_with("ok <")) return CaseStatus::passed;
  if (word == "FAILED" || word.starts_with("FAILED <")) return CaseStatus::failed;
  if (word == "ignored" || word.starts_with("ignored, ")) return CaseStatus::skipped;
  return std::nullopt;
}

std::string_view test_name(std::string_view name) {
  const std::size_t end = name.rfind(" - should panic");
  return end == name.npos ? name : name.substr(0, end);
}

/// The texts under "---- NAME stdout ----".
std::map<std::string, std::string> explanations_in(std::string_view text) {
  std::map<std::string, std::string> all;
  std::string* into = nullptr;
  for (std::string_view line : split(text, '\n')) {
    if (line.starts_with("---- ") && line.ends_with(" stdout ----")) {
      into = &all[std::string(test_name(line.substr(5, line.size() - 5 - 12)))];
    } else if (line == "failures:" || line.starts_with("test result: ")) {
      into = nullptr;
    } else if (into && into->size() < 4 * kMaxOutput) {
      into->append(line).push_back('\n');
    }
  }
  return all;
}

void explain(TestCase& test, const std::map<std::string, std::string>& explanations) {
  const auto found = explanations.find(test.name);
  if (found == explanations.end() || !record::is_failing(test.status)) return;
  add_text(test.output, found->second);
  const std::size_t panic = found->second.find("panicked at ");
  if (panic != std::string::npos) test.message = found->second.substr(panic, found->second.find("\nnote:", panic) - panic);
  if (test.message) test.message = test.message->substr(0, test.message->find("\nstack backtrace:"));
}

/// Names of tests, as `--list --format terse` has them; benchmarks are not run.
std::map<std::string, std::optional<CaseStatus>> listed(std::string_view list) {
  std::map<std::string, std::optional<CaseStatus>> tests;
  for (std::string_view line : split(list, '\n'))
    if (line.ends_with(": test") && tests.size() < kMaxCases) tests[std::string(line.substr(0, line.size() - 6))];
  return tests;
}

/// "ok NAME", "failed NAME", "ignored NAME"
void take_log(std::string_view log, std::map<std::string, std::optional<CaseStatus>>& tests, Reading& reading) {
  for (std::string_view line : split(log, '\n')) {
    std::optional<CaseStatus> status;
    if (take_front(line, "ok ")) status = CaseStatus::passed;
    else if (take_front(line, "failed ")) status = CaseStatus::failed;
    else if (take_front(line, "ignored ")) status = CaseStatus::skipped;
    if (!status) continue;  // measurements, and reasons
    std::string name(test_name(line));
    auto known = tests.find(name);
    // A reason may follow the name of one that is ignored: "name, reason".
    if (known == tests.end() && name.find(", ") != name.npos) known = tests.find(name.substr(0, name.find(", ")));
    if (known == tests.end()) {
      reading.problem("contradictory", fmt::format("'{}' has a result and is no test", visible(head_of(name, 200))));
    } else if (known->second) {
      reading.problem("contradictory", fmt::format("'{}' ends twice", visible(name)));
      if (record::is_failing(*status)) known->second = status;
    } else {
      known->second = status;
    }
  }
}

/// Text of several programs, each of which begins with "running N tests".
class TextReader {
 public:
  Reading read(std::string_view text) {
    const auto explanations = explanations_in(text);
    for (std::string_view line : split(text, '\n')) {
      if (line.ends_with('\r')) line.remove_suffix(1);
      take(line);
    }
    if (open_) reading_.problem("truncated", "a program began and has no result");
    if (!any_) reading_.problem("truncated", "no result of any test program");
    for (TestCase& test : reading_.cases()) explain(test, explanations);
    return std::move(reading_);
  }

 private:
  void take(std::string_view line) {
    std::string_view rest = line;
    const std::size_t text = rest.find_first_not_of(' ');
    if (text != rest.npos && text >= 3 && !open_) {
      rest.remove_prefix(text);
      if (take_front(rest, "Running ") || take_front(rest, "Doc-tests ")) suite_ = std::string(rest.substr(0, rest.find(" (")));
      return;
    }
    if (take_front(rest, "running ") && (rest.ends_with(" tests") || rest.ends_with(" test"))) return begin(number_at(rest));
    if (take_front(rest, "test result: ")) return end(rest);
    if (open_ && take_front(rest, "test ")) case_line(rest);
  }

  void begin(std::uint64_t count) {
    if (open_) reading_.problem("contradictory", "a program begins within another");
    open_ = any_ = true;
    told_ = count;
    counts_.clear();
    names_.clear();
  }

  void case_line(std::string_view rest) {
    const std::size_t dots = rest.rfind(" ... ");
    if (dots == rest.npos) return;
    const auto status = status_word(rest.substr(dots + 5));
    if (!status) return;  // "has been running for over 60 seconds", or broken by output: then it is missing
    TestCase test;
    test.suite = suite_;
    test.name = std::string(test_name(rest.substr(0, dots)));
    test.status = *status;
    if (!names_.insert(test.name).second) reading_.problem("contradictory", fmt::format("'{}' ends twice", visible(head_of(test.name, 200))));
    ++counts_[*status];
    reading_.add(std::move(test));
  }

  /// "FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.06s"
  void end(std::string_view rest) {
    if (!open_) return reading_.problem("contradictory", "a result of no program");
    open_ = false;
    const bool said_ok = rest.starts_with("ok. ");
    const std::size_t at = rest.find(". ");
    const auto parts = split(rest.substr(at == rest.npos ? 0 : at + 2), ';');
    const auto count = [&](std::size_t i) { return i < parts.size() ? number_at(parts[i].substr(std::min(parts[i].size(), parts[i].find_first_not_of(' ')))) : 0; };
    compare(reading_, "passed", count(0), counts_[CaseStatus::passed]);
    compare(reading_, "failed", count(1), counts_[CaseStatus::failed]);
    compare(reading_, "ignored", count(2), counts_[CaseStatus::skipped]);
    compare(reading_, "tests", told_, counts_[CaseStatus::passed] + counts_[CaseStatus::failed] + counts_[CaseStatus::skipped]);
    if (said_ok && counts_[CaseStatus::failed] > 0) reading_.problem("contradictory", "it says ok, and a test failed");
  }

  Reading reading_;
  std::string suite_;
  bool open_ = false, any_ = false;
  std::uint64_t told_ = 0;
  std::map<CaseStatus, std::uint64_t> counts_;
  std::set<std::string> names_;
};

}  // namespace

Reading read_libtest(const LibtestFiles& files) {
  Reading reading;
  if (!files.list || !files.log) {
    reading.problem("unreadable", fmt::format("{} has a harness of its own (it ended with {})", visible(files.suite), files.exit));
    return reading;
  }
  auto tests = listed(*files.list);
  take_log(*files.log, tests, reading);
  const auto explanations = explanations_in(files.text);
  bool failed = false, unfinished = false;
  for (const auto& [name, status] : tests) {
    TestCase test;
    test.suite = files.suite;
    test.name = name;
    test.status = status.value_or(CaseStatus::crashed);
    if (!status) test.message = "it has no result: the program ended before it, or in it", unfinished = true;
    explain(test, explanations);
    failed = failed || record::is_failing(test.status);
    reading.add(std::move(test));
  }
  if (files.exit != 0 && !failed) reading.problem("exit", fmt::format("{} ended with {}, and none of its tests failed", visible(files.suite), files.exit));
  if (files.exit == 0 && failed && !unfinished) reading.problem("contradictory", fmt::format("{} succeeded, and a test of it did not", visible(files.suite)));
  return reading;
}

Reading read_cargo_text(std::string_view text) {
  if (text.size() <= kMaxReport) return TextReader().read(text);
  Reading reading;
  reading.problem("unreadable", "the text is too large");
  return reading;
}

}  // namespace sandbox::results
