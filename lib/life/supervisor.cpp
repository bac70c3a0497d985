#include "life/supervisor.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <list>
#include <memory>

#include "audit/log.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "doors/change.hpp"
#include "engine/container/container.hpp"
#include "isolate/namespaces.hpp"
#include "life/agent_link.hpp"
#include "life/copy_tree.hpp"
#include "life/door_keeper.hpp"
#include "life/footprint.hpp"
#include "life/message.hpp"
#include "life/plan.hpp"
#include "life/process.hpp"
#include "life/recover.hpp"
#include "life/visitors.hpp"
#include "record/chain.hpp"
#include "record/failure.hpp"
#include "record/fields.hpp"
#include "store/sandboxes.hpp"

namespace sandbox::life {

namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kMaxVisitors = 128;
constexpr milliseconds kGraceOnSignal{2000};

Fd make_timer() {
  // Boot time: a suspended laptop does not stretch a TTL.
  return checked_fd(::timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK), "cannot make a timer");
}

/// Zero disarms.
void set_timer(const Fd& timer, milliseconds after) {
  const itimerspec when{{0, 0}, {after.count() / 1000, after.count() % 1000 * 1'000'000}};
  if (::timerfd_settime(timer.get(), 0, &when, nullptr) < 0) throw_system_error("cannot set a timer");
}

Fd catch_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, number);
  if (::sigprocmask(SIG_BLOCK, &set, nullptr) < 0) throw_system_error("cannot block signals");
  return checked_fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), "cannot catch signals");
}

class Supervisor {
 public:
  Supervisor(ReceivedPlan received, Fd channel, engine::HostFacts facts)
      : plan_(std::move(received.plan)),
        facts_(std::move(facts)),
        place_(std::move(received.place)),
        first_client_(std::move(received.first_client)),
        channel_(std::move(channel)),
        store_(store::Store::at(plan_.store_state, plan_.store_run)),
        log_({store_.log(), "sandbox-supervise", plan_.actor, plan_.log_required}) {
    for (const auto& [name, value] : plan_.secrets) log_.redact({value});
  }

  void start(Fd agent);
  void serve();
  void abandon();
  void tell_launcher(const Json& json) { send_message(channel_, json); }

 private:
  void prepare();
  void watch(const Fd& fd);
  void handle(int fd);
  void lose_doorman();
  Json change(const Json& question);
  void hear_agent();
  void welcome();
  void hear(std::list<Visitor>::iterator visitor);
  void answer(std::list<Visitor>::iterator visitor);
  void forget(std::list<Visitor>::iterator visitor);
  Json status(bool with_usage) const;
  void begin_end(const std::string& how, milliseconds grace);
  bool must_end() const;
  record::Reaped account() const;
  void finish();

  Plan plan_;
  engine::HostFacts facts_;
  Fd place_;  // held for life: the lock says that we live
  Fd first_client_;
  Fd channel_;
  store::Store store_;
  audit::Log log_;
  std::unique_ptr<engine::Machine> machine_;
  std::unique_ptr<AgentLink> agent_;
  std::optional<DoorKeeper> keeper_;  // dropping it ends the doorman
  Fd listener_, signals_, ttl_, idle_, epoll_;
  std::list<Visitor> visitors_;
  std::list<Fd> to_be_told_;  // asked for the end, and wait for its record
  std::uint64_t active_ = 0;
  std::string ending_;        // how; empty while the sandbox lives
  SteadyClock::time_point deadline_;
};

void Supervisor::start(Fd agent) {
  record::Sandbox& sandbox = plan_.sandbox;
  facts_.ids = isolate::id_map_for(static_cast<std::uint32_t>(plan_.spec.place));
  sandbox.supervisor = identity_of(::getpid());
  for (const Path& path : engine::cgroup_paths(facts_, plan_.spec.id)) sandbox.cgroups.push_back(path.native());

  machine_ = engine::start_container(plan_.spec, facts_, std::move(agent));
  agent_ = std::make_unique<AgentLink>(machine_->control());
  prepare();
  machine_->await_start();
  Stopwatch watch;
  if (plan_.doors) {
    keeper_->open(machine_->ending(), *plan_.doors);  // before any command: none finds a door shut
    sandbox.timings_ms["doors"] = watch.lap_ms();
  }
  if (const Fd workspace = machine_->take_workspace())
    copy_tree(*plan_.spec.workspace, workspace, {.owner = machine_->owner()});
  if (first_client_) agent_->hand_over(first_client_);
  first_client_.close();
  agent_->await_ready();
  for (const auto& [stage, ms] : machine_->timings_ms()) sandbox.timings_ms[stage] = ms;
  sandbox.timings_ms["agent"] = watch.lap_ms();

  sandbox.state = "running";
  store::write_sandbox(store_, sandbox);
  tell_launcher(sandbox);
}

/// What can be done while the child is still on its way.
void Supervisor::prepare() {
  record::Sandbox& sandbox = plan_.sandbox;
  std::map<std::string, std::string> env = plan_.env;
  env.insert(plan_.secrets.begin(), plan_.secrets.end());
  try {
    agent_->set_up({std::move(env), sandbox.workdir, sandbox.user}, machine_->cgroup());
  } catch (const Error&) {
    machine_->await_start();  // why the child is gone says more than that it is gone
    throw;
  }
  const Fd directory = checked_fd(::open(plan_.spec.directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC),
                                  "cannot open the sandbox's directory");
  listener_ = listen_in(directory);
  if (plan_.doors) keeper_.emplace(DoorKeeper::start(plan_.spec.directory, plan_.spec.place));
  sandbox.walls = machine_->walls();
  sandbox.agent = identity_of(machine_->pid());
  if (plan_.ttl) sandbox.expires = rfc3339(wall_now() + *plan_.ttl);
  sandbox.log_head = log_.append(audit::launched(sandbox));
}

void Supervisor::abandon() {
  machine_.reset();
  record::Reaped reaped;
  reaped.id = plan_.spec.id;
  reaped.ended = "crash";
  if (plan_.sandbox.log_head) log_.append_regardless(audit::ended(reaped));
  store::retire_sandbox(store_, ended_record(plan_.sandbox, "crash"));
}

void Supervisor::watch(const Fd& fd) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLRDHUP;
  event.data.fd = fd.get();
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd.get(), &event) < 0) throw_system_error("cannot watch a descriptor");
}

void Supervisor::serve() {
  epoll_ = checked_fd(::epoll_create1(EPOLL_CLOEXEC), "cannot make an epoll");
  signals_ = catch_signals();
  ttl_ = make_timer();
  idle_ = make_timer();
  if (plan_.ttl) set_timer(ttl_, *plan_.ttl);
  if (plan_.idle) set_timer(idle_, *plan_.idle);
  for (const Fd& fd : {std::cref(listener_), std::cref(signals_), std::cref(ttl_), std::cref(idle_),
                       std::cref(machine_->control()), std::cref(machine_->ending())})
    watch(fd);
  if (keeper_) watch(keeper_->ending());
  if (plan_.lease) watch(channel_);
  else channel_.close();
  if (!plan_.lease) drop_code_pages();  // a lease is too short to be worth it
  while (!must_end()) {
    int wait_ms = -1;
    if (!ending_.empty())
      wait_ms = static_cast<int>(std::max<std::int64_t>(
          1, std::chrono::duration_cast<milliseconds>(deadline_ - SteadyClock::now()).count()));
    epoll_event events[16];
    const int count = ::epoll_wait(epoll_.get(), events, 16, wait_ms);
    if (count < 0 && errno != EINTR) throw_system_error("cannot wait");
    for (int i = 0; i < count; ++i) handle(events[i].data.fd);
  }
  finish();
}

/// The grace is over early when no command is left. One that asks for the end is counted as
/// a visitor of ours, not of the agent.
bool Supervisor::must_end() const {
  return !ending_.empty() && (active_ == 0 || SteadyClock::now() >= deadline_);
}

void Supervisor::handle(int fd) {
  if (fd == listener_.get()) return welcome();
  if (fd == machine_->control().get()) return hear_agent();
  if (fd == machine_->ending().get()) {
    active_ = 0;
    return begin_end("crash", milliseconds(0));
  }
  if (keeper_ && fd == keeper_->ending().get()) return lose_doorman();
  if (fd == signals_.get()) {
    signalfd_siginfo info;
    [[maybe_unused]] const ssize_t n = ::read(fd, &info, sizeof info);
    return begin_end("asked", kGraceOnSignal);
  }
  if (fd == ttl_.get()) return begin_end("ttl", milliseconds(0));
  if (fd == idle_.get()) return begin_end("idle", milliseconds(0));
  if (plan_.lease && fd == channel_.get()) return begin_end("exit", milliseconds(0));
  for (auto visitor = visitors_.begin(); visitor != visitors_.end(); ++visitor)
    if (visitor->connection().get() == fd) return hear(visitor);
}

/// All doors are shut then; the record must not say otherwise.
void Supervisor::lose_doorman() {
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, keeper_->ending().get(), nullptr);
  keeper_.reset();
  plan_.sandbox.doors = {};
  store::write_sandbox(store_, plan_.sandbox);
}

/// What cannot be changed leaves the doors as they were.
Json Supervisor::change(const Json& question) try {
  doors::Rules rules = doors::changed(keeper_ ? keeper_->rules() : doors::Rules{}, question.at("change").get<doors::Change>());
  if (keeper_) {
    keeper_->change(machine_->ending(), rules);
  } else if (!rules.rules.empty()) {
    auto orders = question.at("orders").get<doors::Orders>();
    orders.rules = rules;
    DoorKeeper keeper = DoorKeeper::start(plan_.spec.directory, plan_.spec.place);
    keeper.open(machine_->ending(), std::move(orders));
    keeper_.emplace(std::move(keeper));
    watch(keeper_->ending());
  }
  plan_.sandbox.doors = doors::described(rules);
  store::write_sandbox(store_, plan_.sandbox);
  return plan_.sandbox;
} catch (const Error& error) {
  return record::Failure::of(error, "sandbox-supervise", nullptr);
}

void Supervisor::hear_agent() {
  const auto news = agent_->next();
  if (!news) {
    // Closed: the agent is dead, and its pidfd says so in a moment. Not watching the socket
    // any more keeps this loop from spinning until then.
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, machine_->control().get(), nullptr);
    return;
  }
  if (news->kind == wire::Kind::stuck) return begin_end("crash", milliseconds(0));
  if (news->kind != wire::Kind::activity) return;
  active_ = news->number;
  if (plan_.idle) set_timer(idle_, active_ == 0 ? *plan_.idle : milliseconds(0));
}

void Supervisor::welcome() {
  auto connection = accept_own(listener_);
  if (!connection || visitors_.size() >= kMaxVisitors) return;
  visitors_.emplace_back(std::move(*connection));
  watch(visitors_.back().connection());
  hear(std::prev(visitors_.end()));  // its first frame has usually come along
}

void Supervisor::hear(std::list<Visitor>::iterator visitor) {
  switch (visitor->read()) {
    case Visitor::Wants::unknown:
      return;
    case Visitor::Wants::agent:
      if (ending_.empty()) agent_->hand_over(visitor->connection());
      break;
    case Visitor::Wants::answer:
      return answer(visitor);
    case Visitor::Wants::gone:
      break;
  }
  forget(visitor);
}

/// Unwatched by hand: closing our descriptor does not end the watch while the agent, or a
/// duplicate of ours, holds the same connection.
void Supervisor::forget(std::list<Visitor>::iterator visitor) {
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, visitor->connection().get(), nullptr);
  visitors_.erase(visitor);
}

Json Supervisor::status(bool with_usage) const {
  const engine::Counters counters = machine_->counters();
  Json status = {{"counters",
                  {{"memory_kills", counters.memory_kills},
                   {"pids_hits", counters.pids_hits},
                   {"disk_left_bytes", record::or_null(counters.disk_left_bytes)}}},
                 {"secrets", plan_.secrets},
                 {"active", active_}};
  if (with_usage) status["usage"] = machine_->usage();  // ten more files to read
  return status;
}

void Supervisor::answer(std::list<Visitor>::iterator visitor) {
  const Json& question = visitor->question();
  const std::string ask = question.value("ask", "");
  try {
    if (ask == "status" || ask == "counters") return send_message(visitor->connection(), status(ask == "status"));
    if (ask == "change") send_message(visitor->connection(), change(question));
    if (ask == "end") {
      to_be_told_.push_back(duplicate(visitor->connection()));
      if (ending_.empty())
        log_.speaks_for(record::field_if<record::Actor>(question, "actor").value_or(plan_.actor));
      begin_end(question.value("how", "asked"), milliseconds(question.value("grace_ms", 0)));
    }
  } catch (const std::exception&) {
    // The visitor is gone or asked nonsense: his loss.
  }
  forget(visitor);
}

void Supervisor::begin_end(const std::string& how, milliseconds grace) {
  const auto deadline = SteadyClock::now() + std::min(grace, milliseconds(600'000));
  if (!ending_.empty()) {
    deadline_ = std::min(deadline_, deadline);  // the most impatient wins
    return;
  }
  ending_ = how;
  deadline_ = deadline;
  if (grace.count() > 0 && active_ > 0) agent_->terminate_commands();
}

/// What the sandbox was, while it still can be counted.
record::Reaped Supervisor::account() const {
  record::Reaped reaped;
  reaped.id = plan_.spec.id;
  reaped.name = plan_.sandbox.name;
  reaped.ended = ending_;
  reaped.usage = machine_->usage();
  reaped.freed.processes = reaped.usage->processes.value_or(1);
  reaped.freed.bytes = reaped.usage->disk_bytes.value_or(0);
  return reaped;
}

void Supervisor::finish() {
  Stopwatch watch;
  listener_.close();
  record::Reaped reaped = account();
  machine_->kill();
  keeper_.reset();
  // While the kernel takes the namespaces down. Should we die now, recovery writes it again.
  store::write_ended(store_, ended_record(plan_.sandbox, ending_, reaped.usage));
  reaped.log_head = log_.append_regardless(audit::ended(reaped));
  reaped.freed.cgroups = machine_->end();
  reaped.timings_ms["kill"] = watch.lap_ms();
  reaped.freed.bytes += store::remove_sandbox(store_, plan_.sandbox);
  reaped.freed.directories = 1;
  reaped.timings_ms["free"] = watch.lap_ms();
  place_.close();
  if (plan_.lease && channel_) to_be_told_.push_back(std::move(channel_));
  for (const Fd& connection : to_be_told_) try {
      send_message(connection, reaped);
    } catch (const Error&) {
      // Gone meanwhile; the record of the end is in the store.
    }
}

}  // namespace

void supervise(Fd channel, std::span<const unsigned char> agent) {
  // While the launcher looks the image up.
  engine::HostFacts facts = engine::read_host_facts();
  Fd program = engine::prepare_agent(agent);
  auto received = [&]() -> std::optional<ReceivedPlan> {
    try {
      return receive_plan(channel);
    } catch (const Error&) {
      return std::nullopt;  // nothing was made: the launcher cleans up, or is dead and sandbox-reap does
    }
  }();
  if (!received) return;
  Supervisor supervisor(std::move(*received), std::move(channel), std::move(facts));
  try {
    supervisor.start(std::move(program));
  } catch (const Error& error) {
    supervisor.abandon();
    supervisor.tell_launcher(record::Failure::of(error, "sandbox-supervise", nullptr));
    return;
  }
  supervisor.serve();
}

}  // namespace sandbox::life
