#include "results/reading.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sandbox::results {

namespace {

constexpr std::size_t kProblemsOfAKind = 5;
constexpr std::size_t kMaxValues = 4'000'000;  // in a document: each takes some fifty bytes

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// Each of these may begin a value. Text has some too, which only makes the bound stricter.
std::size_t values_in(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return c == '[' || c == '{' || c == ','; }));
}

}  // namespace

std::string head_of(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  std::size_t end = most;
  for (int i = 0; i < 3 && end > 0 && continues(text[end]); ++i) --end;
  return std::string(text.substr(0, end)) + "…";
}

std::string tail_of(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  std::size_t begin = text.size() - most;
  for (int i = 0; i < 3 && begin < text.size() && continues(text[begin]); ++i) ++begin;
  return "…" + std::string(text.substr(begin));
}

std::string without_colours(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\x1b' || i + 1 >= text.size() || text[i + 1] != '[') {
      plain += text[i];
      continue;
    }
    std::size_t end = i + 2;
    while (end < text.size() && (text[end] < '@' || text[end] > '~')) ++end;
    i = end;
  }
  return plain;
}

void add_text(std::optional<std::string>& to, std::string_view text) {
  const std::size_t begin = text.find_first_not_of("\n"), end = text.find_last_not_of(" \t\r\n");
  if (end == text.npos || begin == text.npos || begin > end) return;
  text = text.substr(begin, end + 1 - begin);
  to = to ? *to + "\n" + std::string(text) : std::string(text);
}

void Reading::add(record::TestCase test) {
  if (cases_.size() >= kMaxCases) return problem("truncated", fmt::format("more than {} cases", kMaxCases));
  test.suite = head_of(test.suite, kMaxName);
  test.name = head_of(test.name, kMaxName);
  if (test.file) test.file = head_of(*test.file, kMaxName);
  if (test.line && *test.line < 1) test.line.reset();
  if (test.duration_ms && !(*test.duration_ms >= 0 && *test.duration_ms < 1e12)) test.duration_ms.reset();
  if (test.message) test.message = head_of(without_colours(*test.message), kMaxMessage);
  if (test.output) test.output = tail_of(without_colours(*test.output), kMaxOutput);
  cases_.push_back(std::move(test));
}

bool Reading::has(std::string_view kind) const {
  return std::ranges::any_of(problems_, [&](const record::TestProblem& problem) { return problem.kind == kind; });
}

void Reading::problem(std::string_view kind, std::string detail) {
  detail = head_of(detail, kMaxName);
  std::size_t same = 0;
  for (const record::TestProblem& known : problems_) {
    if (known.kind == kind && known.detail == detail) return;
    same += known.kind == kind ? 1 : 0;
  }
  if (same < kProblemsOfAKind) problems_.push_back({std::string(kind), std::move(detail)});
}

void Reading::append(Reading other) {
  for (record::TestCase& test : other.cases_) add(std::move(test));
  for (record::TestProblem& known : other.problems_) problem(known.kind, std::move(known.detail));
}

Json parse_document(std::string_view text, std::string_view what, Reading& reading) {
  if (text.find_first_not_of(" \t\r\n") == text.npos) {
    reading.problem("truncated", fmt::format("{} is empty", what));
  } else if (text.size() > kMaxReport || values_in(text) > kMaxValues) {
    reading.problem("unreadable", fmt::format("{} is too large", what));
  } else {
    try {
      return record::parse(text, what);
    } catch (const Error& error) {
      // A document that was cut off ends in the middle of a value.
      const std::size_t end = text.find_last_not_of(" \t\r\n");
      const bool is_cut = text[end] != '}' && text[end] != ']';
      reading.problem(is_cut ? "truncated" : "unreadable", error.what());
    }
  }
  return nullptr;
}

const Json& member(const Json& object, const char* name) {
  static const Json nothing;
  const auto found = object.is_object() ? object.find(name) : object.end();
  return object.is_object() && found != object.end() ? *found : nothing;
}

std::string text_in(const Json& object, const char* name) {
  const Json& value = member(object, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::optional<double> number_in(const Json& object, const char* name) {
  const Json& value = member(object, name);
  return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
}

std::optional<std::uint64_t> count_in(const Json& object, const char* name) {
  const Json& value = member(object, name);
  return value.is_number_unsigned() ? std::optional(value.get<std::uint64_t>()) : std::nullopt;
}

void compare(Reading& reading, std::string_view what, std::optional<std::uint64_t> told, std::uint64_t found) {
  if (told && *told != found)
    reading.problem(found < *told && what == "tests" ? "truncated" : "contradictory",
                    fmt::format("it says {} {} and has {}", *told, what, found));
}

}  // namespace sandbox::results
