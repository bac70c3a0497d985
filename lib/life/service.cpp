#include "life/service.hpp"

#include <fmt/format.h>
#include <signal.h>

#include "base/error.hpp"

namespace sandbox::life {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{100}, kLongestPause{30'000};
constexpr milliseconds kLongEnough{30'000};  // a process that ran for so long had started well
constexpr milliseconds kFirstCheck{10}, kSlowestCheck{500};

Request request_for(const record::Service& what) {
  Request request;
  request.argv = what.command;
  request.env = what.env;
  request.cwd = what.workdir;
  request.user = what.user;
  return request;
}

std::string cause_of(const CommandEnd& end, const Request& request) {
  if (end.failed.step != wire::Step{}) return failure_text(end.failed, subject_of(end.failed, request));
  if (end.ended.signal == 0) return fmt::format("it ended with status {}", end.ended.exit_code);
  const char* name = ::sigabbrev_np(end.ended.signal);
  return name ? fmt::format("it was killed by SIG{}", name) : fmt::format("it was killed by signal {}", end.ended.signal);
}

}  // namespace

Service::Service(record::Service what, AgentLink& agent, const Path& directory, const std::vector<std::string>& secrets)
    : what_(std::move(what)), agent_(agent), log_(directory, what_.name, secrets), request_(request_for(what_)) {
  state_.name = what_.name;
}

void Service::begin(SteadyTime now) {
  state_.state = "starting";
  started_ = now;
  // The first one has its time for all tries together: somebody waits for it.
  if (was_ready_ || deadline_ == SteadyTime{})
    deadline_ = now + milliseconds(static_cast<long>(what_.timeout_ms));
  next_check_ = now;
  check_every_ = kFirstCheck;
  try {
    Wiring& wiring = *this;
    process_ = std::make_unique<Exchange>(agent_.connect(), request_, wiring);
  } catch (const Error& error) {
    on_end(now, false, error.what());
  }
}

void Service::stop() {
  stopping_ = true;
  check_.reset();
  if (!process_) {
    if (!is_over()) state_.state = "ended";
    return;
  }
  try {
    process_->signal(SIGTERM);
  } catch (const Error&) {
    // Gone with the agent; step() hears of it.
  }
}

void Service::add_waits(std::vector<pollfd>& waits) {
  const std::size_t before = waits.size();
  if (process_) process_->add_waits(waits);
  process_waits_ = waits.size() - before;
  if (check_) check_->add_waits(waits);
  check_waits_ = waits.size() - before - process_waits_;
}

void Service::step(const std::vector<pollfd>& waits, std::size_t& at, SteadyTime now) {
  const std::size_t first = at;
  at += process_waits_ + check_waits_;
  if (process_ && process_waits_ != 0) try {
      process_->step(waits, first);
      if (process_->pid() != 0 && !state_.pid) state_.pid = process_->pid();
      if (state_.pid && state_.state == "starting" && !what_.ready.asked()) become_ready();
      if (process_->done()) {
        const CommandEnd& end = process_->end();
        on_end(now, end.failed.step == wire::Step{} && end.ended.exit_code == 0, cause_of(end, request_));
      }
    } catch (const Error& error) {
      on_end(now, false, error.what());
    }
  if (check_ && check_waits_ != 0) step_check(waits, first + process_waits_);
  if (state_.state == "starting" && !stopping_) look_for_readiness(now);
  if (state_.state == "restarting" && now >= restart_) begin(now);
  process_waits_ = check_waits_ = 0;
}

void Service::step_check(const std::vector<pollfd>& waits, std::size_t first) {
  try {
    check_->step(waits, first);
    const std::optional<bool> answer = check_->answer();
    if (!answer) return;
    check_.reset();
    if (*answer && state_.state == "starting") become_ready();
  } catch (const Error&) {
    check_.reset();  // the next try comes
  }
}

void Service::look_for_readiness(SteadyTime now) {
  if (now >= deadline_) {
    if (!was_ready_) late_ = true;
    else if (process_) process_->cancel();  // started again, and stuck: its end is a failure
    deadline_ = now + milliseconds(static_cast<long>(what_.timeout_ms));
    return;
  }
  if (!state_.pid || check_ || !what_.ready.asked() || now < next_check_) return;
  next_check_ = now + check_every_;
  check_every_ = std::min(2 * check_every_, kSlowestCheck);
  try {
    check_ = ReadyCheck::begin(agent_, what_);
  } catch (const Error&) {
    // No room just now.
  }
}

void Service::become_ready() {
  state_.state = "ready";
  was_ready_ = true;
}

void Service::on_end(SteadyTime now, bool succeeded, std::string cause) {
  process_.reset();
  check_.reset();
  log_.end_of_process();
  state_.pid.reset();
  cause_ = std::move(cause);
  const bool again = what_.restart == "always" || (what_.restart == "on-failure" && !succeeded);
  if (stopping_ || !again) {
    state_.state = succeeded || stopping_ ? "ended" : "failed";
    return;
  }
  failures_ = now - started_ >= kLongEnough ? 0 : failures_ + 1;
  const auto pause = kFirstPause * (1 << std::min(failures_, 9));
  restart_ = now + std::min<milliseconds>(pause, kLongestPause);
  ++state_.restarts;
  state_.state = "restarting";
  // The first time, somebody waits: late is late, however often it was tried.
  if (!was_ready_ && restart_ >= deadline_) late_ = true;
}

std::optional<SteadyTime> Service::next() const {
  std::optional<SteadyTime> next;
  const auto at = [&](SteadyTime time) { next = next ? std::min(*next, time) : time; };
  if (state_.state == "restarting") at(restart_);
  const bool awaited = state_.state == "starting" && !stopping_;
  if (awaited) at(deadline_);
  if (awaited && state_.pid && !check_ && what_.ready.asked()) at(next_check_);
  if (process_ && log_.open_from() > std::chrono::steady_clock::now()) at(log_.open_from());
  return next;
}

}  // namespace sandbox::life
