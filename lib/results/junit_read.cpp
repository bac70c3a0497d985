#include "results/junit_read.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <pugixml.hpp>

#include "base/text.hpp"

namespace sandbox::results {

namespace {

using record::CaseStatus;
using record::TestCase;

constexpr std::size_t kMaxTags = 2'000'000;  // a node takes some sixty bytes
constexpr std::size_t kMaxDepth = 100;

bool is_named(const pugi::xml_node& node, const char* name) { return std::strcmp(node.name(), name) == 0; }

std::optional<std::uint64_t> count_of(const pugi::xml_node& node, const char* name) {
  const std::string_view text = node.attribute(name).value();
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return !text.empty() && error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// Seconds, perhaps with commas for thousands.
std::optional<double> milliseconds_of(const pugi::xml_node& node) {
  std::string text = node.attribute("time").value();
  std::erase(text, ',');
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  return !text.empty() && error == std::errc() ? std::optional(seconds * 1000) : std::nullopt;
}

std::string content_of(const pugi::xml_node& node) {
  std::string text;
  for (const pugi::xml_node& child : node.children())
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) text += child.value();
  return text;
}

bool holds(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

/// What the children of a <testcase> say of it, the worst first.
class Leaf {
 public:
  Leaf(const pugi::xml_node& node, Reading& reading) : node_(node), reading_(reading) {
    for (const pugi::xml_node& child : node.children())
      if (child.type() == pugi::node_element) take(child);
    if (!is_bad_ && node.attribute("failure")) is_bad_ = true, test_.message = node.attribute("failure").value();
  }

  bool is_bad() const { return is_bad_; }

  TestCase test(const std::string& suite) {
    const std::string_view class_name = node_.attribute("classname").value();
    test_.suite = class_name.empty() ? suite : std::string(class_name);
    test_.name = node_.attribute("name").value();
    if (*node_.attribute("file").value() != '\0') test_.file = node_.attribute("file").value();
    if (const auto line = count_of(node_, "line"); line && *line < 100'000'000)
      test_.line = static_cast<int>(*line) + (suite == "pytest" ? 1 : 0);  // that one counts from 0
    test_.duration_ms = milliseconds_of(node_);
    test_.status = status();
    return std::move(test_);
  }

 private:
  void take(const pugi::xml_node& child) {
    if (is_named(child, "failure") || is_named(child, "error")) take_bad(child, is_named(child, "error"));
    if (is_named(child, "skipped")) take_skipped(child);
    if (is_named(child, "flakyFailure") || is_named(child, "flakyError")) test_.flaky = true;
    if (is_named(child, "system-out") || is_named(child, "system-err")) add_text(test_.output, content_of(child));
    if (is_named(child, "testcase") || is_named(child, "testsuite"))
      reading_.problem("contradictory", "a case that has cases in it");
  }

  void take_bad(const pugi::xml_node& child, bool is_error) {
    const std::string_view type = child.attribute("type").value(), message = child.attribute("message").value();
    const std::string content = content_of(child);
    is_bad_ = true;
    is_error_ = is_error_ || is_error;
    is_timeout_ = is_timeout_ || holds(type, "Timeout") || holds(type, "TimedOut");
    is_crash_ = is_crash_ || holds(content, "due to a fatal error condition");
    if (!message.empty()) add_text(test_.message, message);
    else if (!content.empty()) add_text(test_.message, content.substr(0, content.find('\n', content.find_first_not_of(" \t\r\n"))));
    add_text(test_.output, content);
  }

  void take_skipped(const pugi::xml_node& child) {
    const std::string_view type = child.attribute("type").value(), message = child.attribute("message").value();
    is_skipped_ = true;
    // Three runners say with this that a failure was expected.
    may_fail_ = may_fail_ || type == "pytest.xfail" || type == "todo" || message == "TEST_CASE tagged with !mayfail";
    is_expected_ = is_expected_ || type == "pytest.xfail";
    if (!message.empty()) add_text(test_.message, message);
    else add_text(test_.message, content_of(child));
  }

  CaseStatus status() const {
    if (is_bad_ && may_fail_) return CaseStatus::xfailed;
    if (is_bad_) return is_timeout_ ? CaseStatus::timeout : is_crash_ ? CaseStatus::crashed : is_error_ ? CaseStatus::error : CaseStatus::failed;
    if (is_expected_) return CaseStatus::xfailed;
    const std::string_view status = node_.attribute("status").value(), result = node_.attribute("result").value();
    const bool is_off = status == "disabled" || status == "notrun" || result == "suppressed" || result == "skipped";
    if (is_skipped_ || is_off) return CaseStatus::skipped;
    // ctest says it there; a child should have said it too.
    return status == "fail" || status == "failed" || status == "error" ? CaseStatus::failed : CaseStatus::passed;
  }

  const pugi::xml_node node_;
  Reading& reading_;
  TestCase test_;
  bool is_bad_ = false, is_error_ = false, is_timeout_ = false, is_crash_ = false;
  bool is_skipped_ = false, may_fail_ = false, is_expected_ = false;
};

class Walk {
 public:
  explicit Walk(Reading& reading) : reading_(reading) {}

  struct Counts {
    std::uint64_t cases = 0, bad = 0;
  };

  /// A <testsuites> or <testsuite> and all below it.
  Counts container(const pugi::xml_node& node, std::string suite, std::size_t depth) {
    Counts counts;
    if (depth > kMaxDepth) {
      reading_.problem("unreadable", fmt::format("nested deeper than {}", kMaxDepth));
      return counts;
    }
    if (const char* name = node.attribute("name").value(); *name != '\0') suite = name;
    for (const pugi::xml_node& child : node.children()) {
      Counts more;
      if (is_named(child, "testsuite")) more = container(child, suite, depth + 1);
      if (is_named(child, "testcase")) more = leaf(child, suite);
      // A suite that failed as a whole, in its set-up.
      if (is_named(child, "error") || is_named(child, "failure")) broken_suite(child, suite);
      counts.cases += more.cases;
      counts.bad += more.bad;
    }
    check(node, suite, counts);
    return counts;
  }

 private:
  Counts leaf(const pugi::xml_node& node, const std::string& suite) {
    Leaf found(node, reading_);
    const Counts counts{1, found.is_bad() ? 1u : 0u};
    reading_.add(found.test(suite));
    return counts;
  }

  void broken_suite(const pugi::xml_node& node, const std::string& suite) {
    TestCase test;
    test.suite = suite;
    test.name = "(suite)";
    test.message = node.attribute("message").value();
    test.output = content_of(node);
    reading_.add(std::move(test));
  }

  void check(const pugi::xml_node& node, const std::string& suite, const Counts& counts) {
    compare(reading_, "tests", count_of(node, "tests"), counts.cases);
    const auto failures = count_of(node, "failures"), errors = count_of(node, "errors");
    // Runners do not agree on which is which: only the sum says something.
    if (failures && errors && *failures + *errors != counts.bad)
      reading_.problem("contradictory", fmt::format("'{}' says that {} failed and has {}", visible(suite), *failures + *errors, counts.bad));
  }

  Reading& reading_;
};

void explain(const pugi::xml_parse_result& result, std::size_t size, bool ends_in_a_tag, Reading& reading) {
  if (result.status == pugi::status_ok) return;
  const bool at_end = !ends_in_a_tag || static_cast<std::size_t>(result.offset) + 1 >= size;
  reading.problem(at_end ? "truncated" : "unreadable",
                  fmt::format("not XML at byte {} of {}: {}", result.offset, size, result.description()));
}

}  // namespace

Reading read_junit(std::string text) {
  Reading reading;
  if (text.size() > kMaxReport || static_cast<std::size_t>(std::ranges::count(text, '<')) > kMaxTags) {
    reading.problem("unreadable", "the XML is too large");
    return reading;
  }
  pugi::xml_document document;
  const std::size_t size = text.find_last_not_of(" \t\r\n") == text.npos ? 0 : text.find_last_not_of(" \t\r\n") + 1;
  const bool ends_in_a_tag = size > 0 && text[size - 1] == '>';
  explain(document.load_buffer_inplace(text.data(), size), size, ends_in_a_tag, reading);
  int roots = 0;
  for (const pugi::xml_node& node : document.children()) {
    if (node.type() != pugi::node_element) continue;
    ++roots;
    if (is_named(node, "testsuites") || is_named(node, "testsuite")) Walk(reading).container(node, "", 0);
    else reading.problem("unreadable", fmt::format("<{}> is no report of tests", visible(head_of(node.name(), 100))));
  }
  if (roots > 1) reading.problem("contradictory", "more than one report in one file");
  return reading;
}

}  // namespace sandbox::results
