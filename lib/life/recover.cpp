#include "life/recover.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "audit/log.hpp"
#include "base/clock.hpp"
#include "cli/warn.hpp"
#include "isolate/cgroup.hpp"
#include "life/disk_removal.hpp"
#include "life/process.hpp"

namespace sandbox::life {

namespace {

std::string how_it_died(const record::Sandbox& sandbox) {
  if (!sandbox.supervisor.boot_id.empty() && sandbox.supervisor.boot_id != boot_id()) return "reboot";
  if (sandbox.expires && parse_rfc3339(*sandbox.expires) < wall_now()) return "ttl";
  return "crash";
}

/// True when it lived until now.
bool kill_and_wait(const record::ProcessIdentity& process) {
  if (!is_alive(process)) return false;
  const Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0)));
  // Checked again with the descriptor in hand: it names one process for good.
  if (!pidfd || !is_alive(process)) return false;
  if (::syscall(SYS_pidfd_send_signal, pidfd.get(), SIGKILL, nullptr, 0) < 0) return false;
  constexpr int kPatienceMs = 20'000;  // one that hangs in the kernel is met again by the next run
  pollfd ending{pidfd.get(), POLLIN, 0};
  ::poll(&ending, 1, kPatienceMs);
  return true;
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

record::Sandbox ended_record(record::Sandbox sandbox, const std::string& how, const std::optional<record::Usage>& usage) {
  sandbox.state = "ended";
  sandbox.ended = how;
  sandbox.ended_at = rfc3339(wall_now());
  if (usage) sandbox.usage = usage;
  return sandbox;
}

void kill_supervisor(const record::Sandbox& sandbox) { kill_and_wait(sandbox.supervisor); }

record::Reaped recover(const store::Store& store, record::Sandbox sandbox) {
  Stopwatch watch;
  record::Reaped reaped;
  reaped.id = sandbox.id;
  reaped.name = sandbox.name;
  reaped.ended = how_it_died(sandbox);
  // The kernel kills the agent with its supervisor; this is for the moment in between.
  reaped.freed.processes = kill_and_wait(sandbox.agent) ? 1 : 0;
  reaped.freed.cgroups = isolate::end_cgroups(cgroups_of(sandbox));
  audit::Log log({store.log(), cli::tool_name(), audit::actor_here()});
  reaped.log_head = log.append(audit::ended(reaped, sandbox.timings_ms));  // first: what is still there is found again
  reaped.freed.bytes = remove_disk(store, sandbox.id);  // before the sandbox: a disk without one is debris
  reaped.freed.bytes += store::retire_sandbox(store, ended_record(std::move(sandbox), reaped.ended));
  reaped.freed.directories = 1;
  reaped.timings_ms["total"] = watch.elapsed_ms();
  return reaped;
}

}  // namespace sandbox::life
