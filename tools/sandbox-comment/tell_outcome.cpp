// sandbox.outcome/1: what became of commands, and the end of what they wrote.
#include <fmt/format.h>

#include "base/quantity.hpp"
#include "base/text.hpp"
#include "forge/markdown.hpp"
#include "record/outcome.hpp"
#include "section.hpp"

namespace sandbox::tool {

namespace {

constexpr std::size_t kMaxCommands = 50;
constexpr forge::Excerpt kTail{60, 6144, forge::Excerpt::Kept::last};

std::string line_of(const record::CommandOutcome& command) {
  std::string line;
  for (const std::string& word : command.argv) line += (line.empty() ? "" : " ") + (word.find_first_of(" \t\n'\"\\$`|&;<>()") == word.npos && !word.empty() ? word : shell_word(word));
  return line;
}

std::string verdict_of(const record::Verdict& verdict) {
  std::string text = fmt::format("{}", record::name_of(verdict.status));
  if (verdict.exit) text += fmt::format(", exit {}", *verdict.exit);
  else text += fmt::format(": {}", record::name_of(verdict.reason));
  if (verdict.signal) text += fmt::format(", signal {}", *verdict.signal);
  return text;
}

std::string usage_of(const record::Usage& usage) {
  std::string text = duration_text(std::chrono::milliseconds(static_cast<long long>(std::clamp(usage.wall_ms, 0.0, 1e12))));
  if (usage.peak_bytes) text += ", " + size_text(*usage.peak_bytes) + " peak";
  return text;
}

std::string tail_of(const char* stream, const record::Stream& text) {
  if (text.kept.empty()) return "";
  return fmt::format("{}, {}{}\n\n{}", stream, size_text(text.bytes), text.truncated ? ", not all of it kept" : "", forge::fence(text.kept, kTail));
}

}  // namespace

Sections tell_outcome(const Json& record, const Setting&) {
  const auto outcome = record.get<record::Outcome>();
  const bool good = outcome.verdict.succeeded();
  Section said{"commands", 30, good ? 40 : 70, "**Commands** in " + forge::code(outcome.sandbox) + "\n\n", {}};
  Section tails{"output", 32, good ? 10 : 30, "", {}};
  for (std::size_t i = 0; i < outcome.commands.size() && i < kMaxCommands; ++i) {
    const record::CommandOutcome& command = outcome.commands[i];
    said.text += fmt::format("- {}: {}, {}\n", forge::code(line_of(command)), verdict_of(command.verdict), usage_of(command.usage));
    if (!command.verdict.detail.empty()) said.text += fmt::format("  {}\n", forge::code(command.verdict.detail));
    const std::string text = tail_of("stdout", command.out) + tail_of("stderr", command.err);
    if (!text.empty()) tails.text += fmt::format("Of {}\n\n{}\n", forge::code(line_of(command)), text);
  }
  if (outcome.commands.size() > kMaxCommands) said.text += fmt::format("- and {} more\n", outcome.commands.size() - kMaxCommands);
  const std::string first = outcome.commands.empty() ? "" : line_of(outcome.commands.back());
  said.brief = {fmt::format("{} of {}: {}", outcome.commands.size() == 1 ? "command" : "commands", outcome.commands.size(), verdict_of(outcome.verdict)), {first}};
  tails.brief = {"the end of the output", {}};
  if (tails.text.empty()) return {said};
  tails.text = folded("The end of the output", tails.text);
  return {said, tails};
}

}  // namespace sandbox::tool
