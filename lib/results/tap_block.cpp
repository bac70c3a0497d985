#include "results/tap_block.hpp"

#include <charconv>

#include "results/reading.hpp"

namespace sandbox::results {

namespace {

constexpr std::size_t kMost = 64 << 10;

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") + 1 - begin);
}

std::string unquoted(std::string_view text) {
  if (text.size() >= 2 && (text.front() == '\'' || text.front() == '"') && text.back() == text.front())
    text = text.substr(1, text.size() - 2);
  return std::string(text);
}

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && !text.empty() ? std::optional(value) : std::nullopt;
}

/// "/src/a.test.js:1:74"
void take_location(const std::string& text, record::TestCase& test) {
  const std::size_t last = text.rfind(':');
  const std::size_t before = last == text.npos || last == 0 ? text.npos : text.rfind(':', last - 1);
  if (before == text.npos) return;
  test.file = text.substr(0, before);
  test.line = number_of<int>(std::string_view(text).substr(before + 1, last - before - 1));
}

}  // namespace

bool TapBlock::take(std::string_view line) {
  const std::size_t spaces = std::min(line.find_first_not_of(' '), line.size());
  const std::string_view text = trimmed(line);
  if (spaces == indent_ && text == "...") return true;
  if (bytes_ > kMost) return false;
  bytes_ += line.size();
  if (spaces > indent_ || text.empty()) {
    if (!key_.empty()) values_[key_] += std::string(line.substr(std::min(line.size(), indent_ + 2))) + "\n";
    return false;
  }
  const std::size_t colon = text.find(':');
  if (colon == text.npos) return false;
  key_ = std::string(text.substr(0, colon));
  const std::string_view value = trimmed(text.substr(colon + 1));
  const bool goes_on = value == "|-" || value == "|" || value == ">" || value == ">-";
  values_[key_] = goes_on ? std::string() : unquoted(value);
  return false;
}

void TapBlock::describe(record::TestCase& test) const {
  const auto value = [&](const char* key) {
    const auto found = values_.find(key);
    return found == values_.end() ? std::string() : found->second;
  };
  test.duration_ms = number_of<double>(value("duration_ms"));
  take_location(value("location"), test);
  if (value("failureType").find("Timeout") != std::string::npos && record::is_failing(test.status))
    test.status = record::CaseStatus::timeout;
  // Of a file whose process was killed.
  if (const std::string signal = value("signal"); signal.starts_with("SIG") && record::is_failing(test.status))
    test.status = record::CaseStatus::crashed;
  if (!record::is_failing(test.status)) return;
  for (const char* key : {"error", "message"}) add_text(test.message, value(key));
  add_text(test.output, value("stack"));
}

}  // namespace sandbox::results
