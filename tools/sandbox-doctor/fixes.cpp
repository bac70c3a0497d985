#include "fixes.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "as_user.hpp"
#include "base/child.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace sandbox::tool {

namespace {

void say(const std::string& text) { write_all(2, text, "stderr"); }

bool confirmed(const Options& options) {
  if (options.yes) return true;
  if (!::isatty(0) || !::isatty(2)) throw Error(ExitCode::input, "--fix asks before it does anything, and nobody can answer here", "--yes answers");
  say("Run these? [y/N] ");
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "yes";
}

/// Our own programs first, as for `sandbox`.
std::vector<std::string> environment() {
  std::vector<std::string> all = {fmt::format("PATH={}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", program_directory().native())};
  for (char** one = environ; *one; ++one)
    if (!std::string_view(*one).starts_with("PATH=")) all.emplace_back(*one);
  return all;
}

void run(const std::string& command) {
  Command shell;
  shell.program = "/bin/sh";
  shell.arguments = {"sh", "-c", command};
  shell.environment = environment();
  shell.descriptors = {{2, 1}, {2, 2}};
  const int code = shell_code(Child::spawn(shell).wait());
  if (code != 0) throw Error(ExitCode::failed, fmt::format("'{}' exits {}", visible(command), code));
}

void carry_out(const record::DiagnosisLine& line, const Options& options) {
  if (options.user && !line.as_root) run_as(*options.user, {"/bin/sh", "-c", *line.fix});
  else run(*line.fix);
}

}  // namespace

Work plan_fixes(const record::Diagnosis& diagnosis, bool is_root) {
  Work work;
  for (const record::DiagnosisLine& line : diagnosis.lines) {
    if (!line.safe || !line.fix || line.state == "ok") continue;
    auto& list = line.as_root && !is_root ? work.for_root : work.ours;
    if (std::ranges::none_of(list, [&](const auto& other) { return other.fix == line.fix; })) list.push_back(line);
  }
  return work;
}

bool apply_fixes(const record::Diagnosis& diagnosis, const Options& options) {
  const Work work = plan_fixes(diagnosis, ::geteuid() == 0);
  for (const auto& line : work.for_root) say(fmt::format("for root, {}: {}\n", line.name, visible(*line.fix)));
  for (const auto& line : work.ours) say(fmt::format("{}: {}\n", line.name, visible(*line.fix)));
  if (work.ours.empty()) say("nothing that could safely be done here\n");
  if (work.ours.empty() || !confirmed(options)) return false;
  for (const auto& line : work.ours) carry_out(line, options);
  return true;
}

}  // namespace sandbox::tool
