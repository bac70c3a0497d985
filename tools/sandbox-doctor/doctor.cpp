#include "doctor.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "as_user.hpp"
#include "base/text.hpp"
#include "examination.hpp"
#include "fixes.hpp"
#include "human.hpp"

namespace sandbox::tool {

namespace {

Host look_at_host(std::span<const unsigned char> agent) {
  Host host{config::Config::load(), {}, false, agent};
  try {
    host.store = store::Store::where();
  } catch (const Error& error) {
    if (error.code() != ExitCode::host) throw;  // else a line says it
    return host;
  }
  host.has_store = ::access(host.store->ended().c_str(), W_OK) == 0 && ::access(host.store->temporary().c_str(), W_OK) == 0;
  return host;
}

void append(std::vector<DiagnosisLine>& lines, std::vector<DiagnosisLine> more) {
  std::ranges::move(more, std::back_inserter(lines));
}

std::vector<DiagnosisLine> examine_all(const Host& host) {
  std::vector<DiagnosisLine> lines = {examine_kernel(), examine_installation(), examine_doors()};
  append(lines, examine_isolation(host));
  lines.push_back(examine_container(host));
  lines.push_back(examine_kvm());
  append(lines, examine_limits(host));
  append(lines, examine_store(host));
  append(lines, examine_programs());
  return lines;
}

bool is_named(const DiagnosisLine& line, const std::vector<std::string>& names) {
  return names.empty() || std::ranges::any_of(names, [&](const std::string& name) { return name == line.name || name == line.group; });
}

void check_names(const std::vector<DiagnosisLine>& lines, const std::vector<std::string>& names) {
  const std::vector<std::string> ours = known_names();
  std::vector<std::string_view> known(ours.begin(), ours.end());
  for (const DiagnosisLine& line : lines) known.push_back(line.name);  // programs
  for (const std::string& name : names)
    if (std::ranges::find(known, name) == known.end()) {
      const std::string near = nearest(name, known);
      throw Error(ExitCode::input, fmt::format("there is no line '{}'", visible(name)),
                  near.empty() ? "sandbox-doctor --verbose shows all" : fmt::format("did you mean '{}'?", near));
    }
}

/// Whatever was named: that a sandbox can be started depends on all required lines.
record::Diagnosis examine(const Options& options, std::span<const unsigned char> agent) {
  std::vector<DiagnosisLine> lines = examine_all(look_at_host(agent));
  check_names(lines, options.names);
  record::Diagnosis diagnosis;
  diagnosis.uid = ::geteuid();
  std::erase_if(lines, [&](const DiagnosisLine& line) { return !is_named(line, options.names); });
  diagnosis.usable = std::ranges::none_of(lines, [](const DiagnosisLine& line) { return line.state == "missing"; });
  diagnosis.lines = std::move(lines);
  return diagnosis;
}

record::Diagnosis examine_for(const Options& options, std::span<const unsigned char> agent) {
  return options.user ? examine_as(*options.user, options.names) : examine(options, agent);
}

void print(const Options& options, const record::Diagnosis& diagnosis) {
  if (!options.output.quiet) return cli::put(options.output, diagnosis, "", [&] { return human(diagnosis, options.verbose); });
  for (const DiagnosisLine& line : diagnosis.lines)
    if (line.state != "ok") write_all(1, line.name + "\n", "stdout");
}

}  // namespace

std::vector<std::string> known_names() {
  std::vector<std::string> names = {"host", "isolation", "limits"};  // store and programs are lines, too
  for (int check = 0; check <= static_cast<int>(HostCheck::log); ++check) names.emplace_back(name_of(static_cast<HostCheck>(check)));
  return names;
}

int diagnose(const Options& options, std::span<const unsigned char> agent) {
  record::Diagnosis diagnosis = examine_for(options, agent);
  if (options.fix && apply_fixes(diagnosis, options)) diagnosis = examine_for(options, agent);
  print(options, diagnosis);
  return static_cast<int>(diagnosis.usable ? ExitCode::ok : ExitCode::host);
}

}  // namespace sandbox::tool
