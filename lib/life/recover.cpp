#include "life/recover.hpp"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "isolate/cgroup.hpp"
#include "life/process.hpp"

namespace sandbox::life {

namespace {

std::string how_it_died(const record::Sandbox& sandbox) {
  if (!sandbox.supervisor.boot_id.empty() && sandbox.supervisor.boot_id != boot_id()) return "reboot";
  if (sandbox.expires && parse_rfc3339(*sandbox.expires) < wall_now()) return "ttl";
  return "crash";
}

/// The kernel kills the agent with its supervisor; this is for the moment in between.
std::uint64_t kill_agent(const record::ProcessIdentity& agent) {
  if (!is_alive(agent)) return 0;
  const Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, agent.pid, 0)));
  // Checked again with the descriptor in hand: it names one process for good.
  if (!pidfd || !is_alive(agent)) return 0;
  return ::syscall(SYS_pidfd_send_signal, pidfd.get(), SIGKILL, nullptr, 0) == 0 ? 1 : 0;
}

/// By its id, which names nothing else: an owner that died early has written none of them down.
std::vector<Path> cgroups_of(const record::Sandbox& sandbox) {
  const isolate::CgroupHost host = isolate::find_cgroups(isolate::CgroupFacts::read());
  std::vector<Path> paths = isolate::Cgroup::paths(host, sandbox.id);
  for (const std::string& path : sandbox.cgroups)
    if (Path(path).filename() == sandbox.id) paths.emplace_back(path);
  return paths;
}

}  // namespace

record::Sandbox ended_record(record::Sandbox sandbox, const std::string& how) {
  sandbox.state = "ended";
  sandbox.ended = how;
  sandbox.ended_at = rfc3339(wall_now());
  return sandbox;
}

record::Reaped recover(const store::Store& store, record::Sandbox sandbox) {
  Stopwatch watch;
  record::Reaped reaped;
  reaped.id = sandbox.id;
  reaped.name = sandbox.name;
  reaped.ended = how_it_died(sandbox);
  reaped.freed.processes = kill_agent(sandbox.agent);
  reaped.freed.cgroups = isolate::end_cgroups(cgroups_of(sandbox));
  reaped.freed.bytes = store::retire_sandbox(store, ended_record(std::move(sandbox), reaped.ended));
  reaped.freed.directories = 1;
  reaped.timings_ms["total"] = watch.elapsed_ms();
  return reaped;
}

}  // namespace sandbox::life
