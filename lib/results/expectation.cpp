#include "results/expectation.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include "base/text.hpp"
#include "results/reading.hpp"

namespace sandbox::results {

namespace {

using record::CaseStatus;
using record::Reason;
using record::Status;

constexpr std::int64_t kMaxMemory = std::int64_t{16} << 20;  // of one expression

RE2::Options options() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxMemory);
  options.set_encoding(RE2::Options::EncodingLatin1);  // bytes: output need not be UTF-8
  return options;
}

/// As a shell has it: one newline at the end is nobody's.
std::string_view without_newline(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  return text;
}

/// What matters of a long text: where it first differs.
std::string shown(std::string_view text) { return fmt::format("'{}'", visible(head_of(text, 300))); }

/// Nothing when the rule holds.
std::optional<std::string> broken_rule(const TextRule& rule, std::string_view name, const record::Stream& stream) {
  const std::string_view text = stream.kept;
  const std::string cut = stream.truncated ? " (of which only the beginning was kept)" : "";
  switch (rule.kind) {
    case TextRule::Kind::exact:
      if (!stream.truncated && without_newline(text) == without_newline(rule.text)) return std::nullopt;
      return fmt::format("{} is {}, expected {}{}", name, shown(text), shown(rule.text), cut);
    case TextRule::Kind::contains:
      if (text.find(rule.text) != text.npos) return std::nullopt;
      return fmt::format("{} is {}, which does not contain {}{}", name, shown(text), shown(rule.text), cut);
    case TextRule::Kind::matches:
      if (RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), RE2("(?m)" + rule.text, options()))) return std::nullopt;
      return fmt::format("{} is {}, which is not matched by {}{}", name, shown(text), shown(rule.text), cut);
  }
  return std::nullopt;
}

/// Of a command that did not come to its end by itself.
CaseStatus status_of(const record::Verdict& verdict) {
  if (verdict.reason == Reason::timeout) return CaseStatus::timeout;
  if (verdict.status == Status::killed) return CaseStatus::crashed;
  return CaseStatus::error;
}

std::string ended_text(const record::Verdict& verdict) {
  if (const std::string text = record::explanation(verdict); !text.empty()) return text;
  if (verdict.signal) return fmt::format("killed by signal {}", *verdict.signal);
  return verdict.detail.empty() ? std::string("it could not be run") : verdict.detail;
}

std::string output_of(const record::CommandOutcome& outcome) {
  std::string text = outcome.out.kept;
  if (!outcome.err.kept.empty()) text += (text.empty() || text.ends_with('\n') ? "" : "\n") + outcome.err.kept;
  return text;
}

std::vector<std::string> mismatches(const Expectation& expected, const record::CommandOutcome& outcome) {
  std::vector<std::string> all;
  if (outcome.verdict.exit != expected.status)
    all.push_back(fmt::format("status {}, expected {}", outcome.verdict.exit.value_or(-1), expected.status));
  for (const TextRule& rule : expected.out)
    if (auto text = broken_rule(rule, "stdout", outcome.out)) all.push_back(std::move(*text));
  for (const TextRule& rule : expected.err)
    if (auto text = broken_rule(rule, "stderr", outcome.err)) all.push_back(std::move(*text));
  return all;
}

}  // namespace

std::string objection_to(const TextRule& rule) {
  if (rule.kind != TextRule::Kind::matches) return {};
  const RE2 expression("(?m)" + rule.text, options());
  return expression.ok() ? std::string() : expression.error();
}

void judge(const Expectation& expected, const record::CommandOutcome& outcome, record::TestCase& test) {
  test.duration_ms = outcome.usage.wall_ms;
  const record::Verdict& verdict = outcome.verdict;
  // A command that finished although a limit was hit is judged by what it did.
  if (verdict.status != Status::finished) {
    test.status = status_of(verdict);
    test.message = ended_text(verdict);
  } else {
    const std::vector<std::string> wrong = mismatches(expected, outcome);
    test.status = wrong.empty() ? CaseStatus::passed : CaseStatus::failed;
    for (const std::string& text : wrong) add_text(test.message, text);
    if (const std::string why = record::explanation(verdict); !wrong.empty() && !why.empty()) add_text(test.message, why);
  }
  if (test.status != CaseStatus::passed) test.output = output_of(outcome);
}

}  // namespace sandbox::results
