#include "doctor.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <iterator>

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

using Names = std::vector<std::string>;

bool contains(const Names& names, std::string_view name) { return std::ranges::find(names, name) != names.end(); }

/// What is looked at together, the lines by which it is asked for, and the group of all of them.
struct Part {
  std::vector<HostCheck> checks;
  std::string_view group;
  std::function<std::vector<DiagnosisLine>(const Host&)> examine;
};

template <class Examine>
auto single(Examine examine) {
  return [examine](const Host&) { return std::vector<DiagnosisLine>{examine()}; };
}

const std::vector<Part>& parts() {
  static const std::vector<Part> all = {
      {{HostCheck::kernel}, "host", single(examine_kernel)},
      {{HostCheck::installation}, "host", single(examine_installation)},
      {{HostCheck::doors}, "host", single(examine_doors)},
      {{HostCheck::namespaces, HostCheck::apparmor, HostCheck::subuid, HostCheck::network, HostCheck::overlay,
        HostCheck::id_mapping, HostCheck::masks, HostCheck::devices, HostCheck::privileges, HostCheck::landlock,
        HostCheck::seccomp},
       "isolation", examine_isolation},
      {{HostCheck::container}, "isolation", [](const Host& host) { return std::vector<DiagnosisLine>{examine_container(host)}; }},
      {{HostCheck::kvm}, "isolation", single(examine_kvm)},
      {{HostCheck::cgroups, HostCheck::memory, HostCheck::cpu, HostCheck::pids, HostCheck::disk}, "limits", examine_limits},
      {{HostCheck::store, HostCheck::space, HostCheck::debris, HostCheck::log}, "store", examine_store},
      {{HostCheck::programs}, "programs", [](const Host&) { return examine_programs(); }}};
  return all;
}

/// A name that is none of ours is perhaps that of a program.
bool is_wanted(const Part& part, const Names& names) {
  if (names.empty() || contains(names, part.group)) return true;
  if (part.group == "programs") return std::ranges::any_of(names, [](const std::string& name) { return !contains(known_names(), name); });
  return std::ranges::any_of(part.checks, [&](HostCheck check) { return contains(names, name_of(check)); });
}

bool is_named(const DiagnosisLine& line, const Names& names) {
  return names.empty() || contains(names, line.name) || contains(names, line.group);
}

void check_names(const std::vector<DiagnosisLine>& lines, const Names& names) {
  const Names ours = known_names();
  std::vector<std::string_view> known(ours.begin(), ours.end());
  for (const DiagnosisLine& line : lines) known.push_back(line.name);  // programs
  for (const std::string& name : names)
    if (std::ranges::find(known, name) == known.end()) {
      const std::string near = nearest(name, known);
      throw Error(ExitCode::input, fmt::format("there is no line '{}'", visible(name)),
                  near.empty() ? "sandbox-doctor --verbose shows all" : fmt::format("did you mean '{}'?", near));
    }
}

record::Diagnosis examine(const Options& options, std::span<const unsigned char> agent) {
  const Host host = look_at_host(agent);
  record::Diagnosis diagnosis;
  for (const Part& part : parts())
    if (is_wanted(part, options.names)) std::ranges::move(part.examine(host), std::back_inserter(diagnosis.lines));
  check_names(diagnosis.lines, options.names);
  diagnosis.uid = ::geteuid();
  std::erase_if(diagnosis.lines, [&](const DiagnosisLine& line) { return !is_named(line, options.names); });
  diagnosis.usable = std::ranges::none_of(diagnosis.lines, [](const DiagnosisLine& line) { return line.state == "missing"; });
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
