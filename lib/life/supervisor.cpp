#include "life/supervisor.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <list>
#include <set>

#include "base/error.hpp"
#include "life/alter.hpp"
#include "life/footprint.hpp"
#include "life/message.hpp"
#include "life/owned_sandbox.hpp"
#include "life/readiness.hpp"
#include "life/stillness.hpp"
#include "life/visitors.hpp"
#include "life/watch_set.hpp"
#include "record/chain.hpp"
#include "record/failure.hpp"
#include "record/fields.hpp"

namespace sandbox::life {

namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kMaxVisitors = 128;
constexpr milliseconds kGraceOnSignal{2000};

Fd catch_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, number);
  if (::sigprocmask(SIG_BLOCK, &set, nullptr) < 0) throw_system_error("cannot block signals");
  return checked_fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), "cannot catch signals");
}

/// Or the error is that he is gone.
void refuse(const Fd& visitor, const Error& error) {
  try {
    send_message(visitor, record::Failure::of(error, "sandbox-supervise", nullptr));
  } catch (const Error&) {
    // His loss.
  }
}

void answer_launcher(const Fd& channel, const Error& error) {
  Json failure = record::Failure::of(error, "sandbox-supervise", nullptr);
  if (!error.output().empty()) failure["output"] = error.output();
  try {
    send_message(channel, failure);
  } catch (const Error&) {
    // It is gone, and wants no answer.
  }
}

class Supervisor {
 public:
  Supervisor(OwnedSandbox& owned, Fd channel) : owned_(owned), channel_(std::move(channel)) {}

  /// Until the sandbox has ended, and everybody who asked for that was told.
  void serve();

 private:
  void handle(int fd);
  void watch_doorman();
  void lose_doorman();
  void hear_doorman();
  void supply_doorman();
  void lose_launcher();
  void change(const Json& question, const Fd& connection);
  void hear_agent();
  void hear_what_waits();
  void welcome();
  void hear(std::list<Visitor>::iterator visitor);
  void answer(std::list<Visitor>::iterator visitor);
  bool hold_still(const Fd& connection);
  void forget(std::list<Visitor>::iterator visitor);
  void wait(int wait_ms);
  void note_activity();
  void look_for_readiness();
  void report_launch();
  milliseconds kindness() const;
  bool is_paused() const { return owned_.plan.sandbox.state == "paused"; }
  Json status(bool with_usage);
  void go_on();
  void begin_end(const std::string& how, milliseconds grace);
  bool must_end() const;
  void tell(const record::Reaped& reaped);

  OwnedSandbox& owned_;
  Fd channel_;
  Fd signals_;
  WatchSet watched_;
  Readiness readiness_{owned_};
  std::list<Visitor> visitors_;
  std::set<int> copiers_;  // connections of visitors for whom it stands still
  std::list<Fd> to_be_told_;  // asked for the end, and wait for its record
  std::uint64_t active_ = 0;
  std::string ending_;        // how; empty while the sandbox lives
  bool launched_ = false;     // the launcher has its answer
  std::optional<Error> trouble_;  // why it will not get a good one
  SteadyClock::time_point deadline_;
};

void Supervisor::serve() {
  signals_ = catch_signals();
  owned_.span.set_ttl(owned_.plan.ttl);
  owned_.span.set_idle(owned_.plan.idle);
  for (const Fd& fd : {std::cref(owned_.listener), std::cref(signals_), std::cref(owned_.span.ttl()), std::cref(owned_.span.idle()),
                       std::cref(owned_.machine->control()), std::cref(owned_.machine->ending())})
    watched_.add(fd);
  if (owned_.keeper) watch_doorman();
  watched_.add(channel_);
  if (!readiness_.is_at_work()) report_launch();
  while (!must_end()) {
    int wait_ms = -1;
    if (!ending_.empty())
      wait_ms = static_cast<int>(std::max<std::int64_t>(
          1, std::chrono::duration_cast<milliseconds>(deadline_ - SteadyClock::now()).count()));
    wait(wait_ms);
  }
  if (trouble_) {
    owned_.abandon();
    answer_launcher(channel_, *trouble_);
  } else {
    tell(owned_.finish(ending_));
  }
  owned_.remove_disk();  // many files take a while: nobody waits for that
}

void Supervisor::wait(int wait_ms) {
  if (readiness_.is_at_work()) {
    readiness_.wait(watched_.descriptor(), wait_ms);
    if (!launched_ && ending_.empty()) look_for_readiness();
    wait_ms = 0;
  }
  watched_.wait(wait_ms, [&](int fd) { handle(fd); });
}

void Supervisor::look_for_readiness() {
  trouble_ = readiness_.trouble();
  if (!trouble_ && readiness_.is_reached()) report_launch();
}

/// Whoever waits for the launch is told that it is done.
void Supervisor::report_launch() {
  launched_ = true;
  try {
    if (owned_.services) owned_.open_up();
    send_message(channel_, owned_.plan.sandbox);
  } catch (const Error& error) {
    trouble_ = error;
    return;
  }
  if (owned_.plan.lease) return;
  watched_.forget(channel_);
  channel_.close();
  drop_code_pages();  // a lease is too short to be worth it
}

/// Services may end in order, however the sandbox ends.
milliseconds Supervisor::kindness() const { return owned_.services ? kGraceOnSignal : milliseconds(0); }

/// The grace is over early when no command is left. One that asks for the end is counted as
/// a visitor of ours, not of the agent.
bool Supervisor::must_end() const {
  if (trouble_) return true;
  const bool quiet = active_ == 0 && (!owned_.services || owned_.services->stopped());
  return !ending_.empty() && (quiet || SteadyClock::now() >= deadline_);
}

void Supervisor::handle(int fd) {
  if (fd == owned_.listener.get()) return welcome();
  if (fd == owned_.machine->control().get()) return hear_agent();
  if (fd == owned_.machine->ending().get()) {
    active_ = 0;
    return begin_end("crash", milliseconds(0));
  }
  if (owned_.keeper && fd == owned_.keeper->ending().get()) return lose_doorman();
  if (owned_.keeper && fd == owned_.keeper->refusals().get()) return hear_doorman();
  if (owned_.keeper && fd == owned_.keeper->wants().get()) return supply_doorman();
  if (fd == signals_.get()) {
    signalfd_siginfo info;
    [[maybe_unused]] const ssize_t n = ::read(fd, &info, sizeof info);
    return begin_end("asked", kGraceOnSignal);
  }
  if (fd == owned_.span.ttl().get()) return begin_end("ttl", kindness());
  if (fd == owned_.span.idle().get()) return begin_end("idle", kindness());
  if (fd == channel_.get()) return lose_launcher();
  for (auto visitor = visitors_.begin(); visitor != visitors_.end(); ++visitor)
    if (visitor->connection().get() == fd) return hear(visitor);
}

void Supervisor::watch_doorman() {
  for (const Fd* fd : {&owned_.keeper->ending(), &owned_.keeper->refusals(), &owned_.keeper->wants()}) watched_.add(*fd);
}

void Supervisor::lose_doorman() {
  for (const Fd* fd : {&owned_.keeper->ending(), &owned_.keeper->refusals(), &owned_.keeper->wants()})
    watched_.forget(*fd);
  owned_.lose_doors();
}

void Supervisor::hear_doorman() {
  owned_.hear_refusals();
  const Fd& refusals = owned_.keeper->refusals();
  if (!owned_.book.listens()) watched_.forget(refusals);  // it has said too much
  else watched_.forget_if_closed(refusals);
}

void Supervisor::supply_doorman() {
  owned_.supply_doorman();
  watched_.forget_if_closed(owned_.keeper->wants());
}

/// It ends with its launcher when that is how it was launched, or when it was still waited for.
void Supervisor::lose_launcher() {
  watched_.forget(channel_);
  begin_end("exit", kindness());
}

void Supervisor::change(const Json& question, const Fd& connection) {
  const bool watched = owned_.keeper.has_value();
  try {
    const auto actor = record::field_if<record::Actor>(question, "actor").value_or(owned_.plan.actor);
    const record::Sandbox answer = alter(owned_, record::field<Alteration>(question, "alteration"), actor);
    if (!watched && owned_.keeper) watch_doorman();
    send_message(connection, answer);
  } catch (const Error& error) {
    send_message(connection, record::Failure::of(error, "sandbox-supervise", nullptr));
  }
}

void Supervisor::hear_agent() {
  const auto news = owned_.agent->next();
  if (!news) {
    // Closed: the agent is dead, and its pidfd says so in a moment. Not watching the socket
    // any more keeps this loop from spinning until then.
    watched_.forget(owned_.machine->control());
    return;
  }
  if (news->kind == wire::Kind::fallen) owned_.note_fall(news->text);
  if (news->kind == wire::Kind::stuck || news->kind == wire::Kind::fallen) return begin_end("crash", milliseconds(0));
  if (news->kind == wire::Kind::gauge) {
    const wire::Gauge& gauge = news->gauge;
    return owned_.machine->heard({gauge.memory_kills, gauge.pids_hits, gauge.processes, gauge.disk_used_bytes, gauge.disk_left_bytes});
  }
  if (news->kind != wire::Kind::activity) return;
  active_ = news->number;
  note_activity();
}

/// Whoever is copied is in use.
void Supervisor::note_activity() { owned_.span.set_busy(active_ > 0 || !copiers_.empty()); }

void Supervisor::welcome() {
  auto connection = accept_own(owned_.listener);
  if (!connection || visitors_.size() >= kMaxVisitors) return;
  visitors_.emplace_back(std::move(*connection));
  watched_.add(visitors_.back().connection());
  hear(std::prev(visitors_.end()));  // its first frame has usually come along
}

void Supervisor::hear(std::list<Visitor>::iterator visitor) {
  switch (visitor->read()) {
    case Visitor::Wants::unknown:
      return;
    case Visitor::Wants::agent:
      if (ending_.empty() && !is_paused()) owned_.agent->hand_over(visitor->connection());
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
  watched_.forget(visitor->connection());
  if (copiers_.erase(visitor->connection().get()) > 0) {
    move_on(owned_);
    note_activity();
  }
  visitors_.erase(visitor);
}

/// Until his connection closes, or he says that he is done. False: he was told why not.
bool Supervisor::hold_still(const Fd& connection) try {
  if (!ending_.empty()) throw Error(ExitCode::no, "the sandbox is ending");
  const ToldStillness told = stand_still(owned_);
  copiers_.insert(connection.get());
  note_activity();
  send_message(connection, told.stillness, told.descriptors());
  return true;
} catch (const Error& error) {
  refuse(connection, error);
  return false;
}

/// Whoever asks may know of something that the agent's side has told us, and we have not read yet.
void Supervisor::hear_what_waits() {
  pollfd waiting{owned_.machine->control().get(), POLLIN, 0};
  while (::poll(&waiting, 1, 0) == 1 && waiting.revents == POLLIN) hear_agent();
}

Json Supervisor::status(bool with_usage) {
  hear_what_waits();
  const engine::Counters counters = owned_.machine->counters();
  Json status = {{"counters",
                  {{"memory_kills", counters.memory_kills},
                   {"pids_hits", counters.pids_hits},
                   {"disk_hits", counters.disk_hits},
                   {"disk_left_bytes", record::or_null(counters.disk_left_bytes)}}},
                 {"secrets", owned_.plan.secrets},
                 {"active", active_}};
  if (with_usage) status["usage"] = owned_.machine->usage();  // ten more files to read
  return status;
}

void Supervisor::answer(std::list<Visitor>::iterator visitor) {
  const Json& question = visitor->question();
  const std::string ask = question.value("ask", "");
  try {
    if (ask == "status" || ask == "counters") return send_message(visitor->connection(), status(ask == "status"));
    if (ask == "refusals") {
      owned_.hear_refusals();  // whoever asks may know of one that we do not yet
      return send_message(visitor->connection(), {{"refusals", owned_.book.refusals()}});
    }
    const bool copies = copiers_.contains(visitor->connection().get());
    if (ask == "snapshot" && !copies && hold_still(visitor->connection())) return;
    if (ask == "copied" && copies) send_message(visitor->connection(), Json::object());
    if (ask == "change") change(question, visitor->connection());
    if (ask == "end") {
      to_be_told_.push_back(duplicate(visitor->connection()));
      if (ending_.empty())
        owned_.log.speaks_for(record::field_if<record::Actor>(question, "actor").value_or(owned_.plan.actor));
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
  for (const int copier : copiers_) ::shutdown(copier, SHUT_RDWR);  // what he has copied is not whole
  if (grace.count() > 0 && (is_paused() || !copiers_.empty())) go_on();
  if (grace.count() > 0 && owned_.services) owned_.services->stop();
  if (grace.count() > 0 && active_ > 0) owned_.agent->terminate_commands();
}

/// Whoever stands still cannot end in order.
void Supervisor::go_on() {
  try {
    // A machine that is being saved stands still by more than the kernel's freezer.
    if (owned_.machine_shape && !copiers_.empty()) owned_.machine->hold(false);
    else owned_.machine->freeze(false);
    owned_.plan.sandbox.state = "running";
  } catch (const Error&) {
    // It is killed when the grace is over.
  }
}

void Supervisor::tell(const record::Reaped& reaped) {
  if (!launched_) {
    const Error gone(ExitCode::failed, "the sandbox was ended before it was ready");
    answer_launcher(channel_, gone);
  } else if (channel_) {
    to_be_told_.push_back(std::move(channel_));
  }
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
  OwnedSandbox owned(std::move(*received), std::move(facts));
  try {
    owned.start(std::move(program));
  } catch (const Error& error) {
    owned.abandon();
    return answer_launcher(channel, error);
  }
  Supervisor(owned, std::move(channel)).serve();
}

}  // namespace sandbox::life
