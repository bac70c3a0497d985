#include <fmt/format.h>
#include <unistd.h>

#include "base/file.hpp"
#include "base/text.hpp"
#include "engine/container/container.hpp"
#include "examination.hpp"
#include "isolate/cgroup.hpp"
#include "isolate/user_scope.hpp"
#include "life/disk_choice.hpp"
#include "limits_facts.hpp"
#include "record/fields.hpp"
#include "store/sandboxes.hpp"
#include "trial.hpp"

namespace sandbox::tool {

namespace {

constexpr record::Limits kLimits{.memory_bytes = 64 << 20, .disk_bytes = 16 << 20, .pids = 64, .cpus = 1, .open_files = 256};

std::string name_of_user(unsigned uid) {
  const std::string passwd = read_file_if_exists("/etc/passwd", 16 << 20).value_or("");
  for (const std::string_view line : split(passwd, '\n'))
    if (const auto fields = split(line, ':'); fields.size() == 7 && fields[2] == fmt::format("{}", uid)) return std::string(fields[0]);
  return {};
}

LimitFacts read_facts(bool version2) {
  LimitFacts facts;
  facts.uid = ::geteuid();
  facts.user = name_of_user(facts.uid);
  facts.has_systemd = ::access("/run/systemd/system", F_OK) == 0;
  facts.has_own_systemd = ::access(isolate::user_systemd_socket(facts.uid).c_str(), F_OK) == 0;
  facts.version2 = version2;
  return facts;
}

/// What a supervisor does before it starts a sandbox, and what the engine then plans.
struct Planned {
  std::vector<record::Wall> walls;
  bool version2 = false;
  std::string where;
};

std::string where_of(const isolate::CgroupHost& host) {
  std::string where;
  for (const auto* parent : {&host.memory, &host.pids, &host.cpu})
    if (*parent && where.find((*parent)->directory.native()) == where.npos)
      where += (where.empty() ? "" : ", ") + (*parent)->directory.native();
  return where;
}

/// A cgroup of this name is found by sandbox-reap if we are killed meanwhile.
std::string use_cgroup(const engine::HostFacts& facts) {
  const std::string id = store::new_sandbox_id();
  const std::vector<Path> paths = engine::cgroup_paths(facts, id);
  try {
    isolate::Cgroup cgroup = isolate::Cgroup::create(facts.cgroups, id, facts.ids.base);
    cgroup.complete(facts.cgroups, id);
    cgroup.limit({kLimits.memory_bytes, kLimits.pids, kLimits.cpus});
  } catch (const Error&) {
    isolate::end_cgroups(paths);
    throw;
  }
  isolate::end_cgroups(paths);
  return {};
}

/// As a line of JSON: it comes from the process that has moved.
std::string plan_and_use(const engine::Spec& spec) {
  engine::HostFacts facts = engine::read_host_facts();
  facts.ids = isolate::id_map_for(kTrialPlace);
  Json found{{"walls", engine::plan_walls(spec, facts)},
             {"version2", facts.cgroups.version2_has_controllers},
             {"where", where_of(facts.cgroups)},
             {"problem", nullptr},
             {"hint", ""}};
  try {
    use_cgroup(facts);
  } catch (const Error& error) {
    found["problem"] = error.what();
    found["hint"] = own_hint(error.hint());
  }
  return record::dump(found);
}

DiagnosisLine judge_cgroups(const Json& found) {
  auto line = line_of(HostCheck::cgroups, "limits", Need::optional, "they limit, count, and end a sandbox for certain");
  const std::string where = record::field<std::string>(found, "where");
  if (const auto problem = record::field_if<std::string>(found, "problem")) return lacking(std::move(line), *problem);
  if (where.empty()) return lacking(std::move(line), "none may be used: see memory and pids");
  return ok(std::move(line), "in " + where);
}

DiagnosisLine no_disk(const Tried& tried) {
  auto line = line_of(HostCheck::disk, "limits", Need::required, "a bound on what a sandbox writes");
  return lacking(std::move(line), tried.found, advice(tried.hint));
}

/// By what the disk of a sandbox would be bounded here; a store that is not there has no say yet.
Tried try_disk(const Host& host) {
  if (!host.has_store) return {true, "", {}};
  return try_out([&] {
    const auto disk = life::choose_disk(*host.store, host.config, store::new_sandbox_id());
    return disk ? disk->by : std::string();
  });
}

}  // namespace

std::vector<DiagnosisLine> examine_limits(const Host& host) {
  const Tried disk = try_disk(host);
  engine::Spec spec;
  spec.limits = kLimits;
  if (disk.holds && !disk.found.empty()) spec.disk = engine::DiskFolder{{}, disk.found};
  const Tried plan = try_out([&] { return plan_and_use(spec); });
  if (!plan.holds) return {lacking(line_of(HostCheck::cgroups, "limits", Need::required, "they limit and count"), plan.found, advice(plan.hint))};
  const Json found = record::parse(plan.found, "what was found about cgroups");
  const auto problem = record::field_if<std::string>(found, "problem");
  const Tried cgroup{!problem, problem.value_or(""), record::field<std::string>(found, "hint")};
  auto lines = judge_limits(read_facts(record::field<bool>(found, "version2")), host.config,
                            record::field<std::vector<record::Wall>>(found, "walls"), cgroup);
  lines.insert(lines.begin(), judge_cgroups(found));
  if (!disk.holds) lines.back() = no_disk(disk);
  return lines;
}

}  // namespace sandbox::tool
