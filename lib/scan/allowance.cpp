#include "scan/allowance.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "scan/rule.hpp"

namespace sandbox::scan {

namespace {

constexpr std::string_view kMark = "# sandbox-scan:", kBlanks = " \t\r";
constexpr std::size_t kMost = 200;

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(kBlanks), text.size());
  text.remove_prefix(begin);
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

std::string_view take_word(std::string_view& text) {
  text = trimmed(text);
  const std::size_t end = std::min(text.find_first_of(kBlanks), text.size());
  const std::string_view word = text.substr(0, end);
  text = trimmed(text.substr(end));
  return word;
}

Error mistake(const std::string& path, int line, const std::string& problem) {
  return Error(ExitCode::input, fmt::format("{}:{}: {}", visible(path), line, problem), "write '# sandbox-scan: allow RULE REASON'");
}

Allowance read(std::string_view comment, const std::string& path, int line) {
  if (take_word(comment) != "allow") throw mistake(path, line, "this comment for sandbox-scan allows nothing");
  const std::string rule(take_word(comment));
  if (!find_rule(rule)) {
    const std::string near = nearest_rule(rule);
    throw mistake(path, line, fmt::format("no rule is called '{}'{}", visible(rule), near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near)));
  }
  if (comment.empty()) throw mistake(path, line, fmt::format("'{}' is allowed without a reason", rule));
  return {rule, std::string(comment), path, line, line};
}

}  // namespace

bool Allowance::covers(const record::Finding& finding) const {
  return finding.rule == rule && (!path || (finding.path == path && (!finding.line || finding.line == line)));
}

std::vector<Allowance> allowances_of(std::string_view text, const std::string& path) {
  std::vector<Allowance> all;
  std::size_t waiting = 0;  // those at the end that are about a line to come
  int number = 0;
  for (const std::string_view line : split(text, '\n')) {
    ++number;
    const std::string_view said = trimmed(line);
    if (said.starts_with(kMark)) {
      all.push_back(read(said.substr(kMark.size()), path, number));
      ++waiting;
    } else if (!said.empty() && said[0] != '#') {
      for (; waiting > 0; --waiting) all[all.size() - waiting].line = number;
      const std::size_t mark = line.find(kMark);
      if (mark != line.npos && kBlanks.find(line[mark - 1]) != kBlanks.npos) all.push_back(read(line.substr(mark + kMark.size()), path, number));
    }
    if (all.size() > kMost) throw mistake(path, number, fmt::format("more than {} findings are allowed", kMost));
  }
  return all;
}

}  // namespace sandbox::scan
