// The end of commands: reaping, time-outs, killing whole trees, and the proof.
#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "commands.hpp"
#include "ending.hpp"
#include "leaf.hpp"
#include "reaper.hpp"

namespace sandbox::agent {

namespace {

constexpr std::uint64_t kKillEvery = 1000;         // 1 ms
constexpr std::uint64_t kGiveUpAfter = 1'000'000;  // 1 s, then the sandbox ends
constexpr std::uint64_t kDiscardGrace = 1'000'000;
constexpr int kSignals = 64;

void order(const Command& command, ReaperOrder::What what, int signal = 0) {
  const ReaperOrder bytes{what, signal};
  // A reaper that is gone is noticed by its exit.
  ::send(command.reaper_socket.get(), &bytes, sizeof bytes, MSG_DONTWAIT | MSG_NOSIGNAL);
}

template <class T, std::size_t N>
bool keep_in(T (&table)[N], T value) {
  for (T& place : table)
    if (place == 0) {
      place = value;
      return true;
    }
  return false;
}

}  // namespace

void Commands::signal(Command& command, int number) {
  if (command.state == Command::State::ended || command.main_ended) return;
  // Until the program runs the child may not lead its process group yet, and the signal would
  // reach nobody.
  if (command.report && number > 0 && number <= kSignals) {
    command.held_signals |= std::uint64_t{1} << (number - 1);
    return;
  }
  if (command.reaper != 0)
    order(command, ReaperOrder::What::signal_group, number);
  else
    ::kill(-command.pid, number);  // not yet reaped: the number is its own
}

void Commands::deliver_held_signals(Command& command) {
  const std::uint64_t held = std::exchange(command.held_signals, 0);
  for (int number = 1; number <= kSignals; ++number)
    if ((held >> (number - 1) & 1) != 0) signal(command, number);
}

void Commands::commit(Command& command) {
  if (command.control) [[maybe_unused]] const ssize_t n = ::write(command.control.get(), "c", 1);
}

void Commands::ask_all_to_end(Command& command) {
  if (command.reaper != 0)
    order(command, ReaperOrder::What::terminate_all);
  else
    Leaf(cgroup_.get(), command.serial).terminate();
}

void Commands::terminate_all() {
  bool spare = false;
  for_each([&](Command& command) { spare = spare || (command.own && command.state != Command::State::ended); });
  if (!spare) {
    ::kill(-1, SIGTERM);  // everybody but PID 1; reapers ignore it
    return;
  }
  for_each([&](Command& command) {
    if (command.own || command.role != Command::Role::program || command.state == Command::State::ended) return;
    ask_all_to_end(command);
  });
}

void Commands::end(Command& command, wire::Cause cause) {
  using State = Command::State;
  if (command.state == State::killing || command.state == State::ended) return;
  if (command.state == State::running) command.cause = cause;
  const bool asked_before = command.state == State::stopping;
  std::uint64_t grace = command.grace_us;
  if (command.role != Command::Role::program) {
    command.control.close();  // a put discards what it has and leaves by itself
    grace = kDiscardGrace;
  }
  if (grace == 0 || asked_before) return begin_kill(command);
  command.state = State::stopping;
  command.timer_us = now_us() + grace;
  if (command.role == Command::Role::program) ask_all_to_end(command);
}

void Commands::begin_kill(Command& command) {
  command.state = Command::State::killing;
  command.give_up_us = now_us() + kGiveUpAfter;
  if (command.reaper != 0) {
    order(command, ReaperOrder::What::kill_all);
    command.timer_us = command.give_up_us;
    return;
  }
  keep_killing(command, now_us());
}

void Commands::keep_killing(Command& command, std::uint64_t now) {
  if (now >= command.give_up_us && !command.stuck) stuck_ = command.stuck = true;
  if (command.reaper != 0) {
    command.timer_us = 0;
    return;
  }
  const Leaf leaf(cgroup_.get(), command.serial);
  if (command.main_ended && !leaf.populated()) {
    (void)leaf.remove();
    return finish(command);
  }
  leaf.kill();
  command.timer_us = now + kKillEvery;
}

void Commands::tick(std::uint64_t now) {
  for_each([&](Command& command) {
    if (command.timer_us == 0 || now < command.timer_us) return;
    command.timer_us = 0;
    switch (command.state) {
      case Command::State::running:
        return end(command, wire::Cause::timeout);
      case Command::State::stopping:
        return begin_kill(command);
      case Command::State::killing:
        return keep_killing(command, now);
      case Command::State::ended:
        return;
    }
  });
}

std::uint64_t Commands::next_timer() const {
  std::uint64_t next = 0;
  for (const Command* command : table_)
    if (command && command->timer_us != 0 && (next == 0 || command->timer_us < next))
      next = command->timer_us;
  return next;
}

/// PID 1 inherits every orphan that has no reaper of its own.
void Commands::reap() {
  for (;;) {
    int status = 0;
    rusage usage{};
    const pid_t pid = ::wait4(-1, &status, WNOHANG, &usage);
    if (pid <= 0) break;
    on_exit(pid, status, usage);
  }
  sweep_leaves();
}

void Commands::on_exit(pid_t pid, int status, const rusage& usage) {
  for (pid_t& reaper : lingering_reapers_)
    if (reaper == pid) {
      reaper = 0;
      if (WIFSIGNALED(status)) stuck_ = true;  // its orphans are ours now, and nobody's
      return;
    }
  for_each([&](Command& command) {
    if (command.state == Command::State::ended) return;
    if (command.reaper == pid) return on_reaper_exit(command, status);
    if (command.has_leaf && command.pid == pid && !command.main_ended) {
      wire::Ended ended = ended_of(status, usage);
      const Leaf leaf(cgroup_.get(), command.serial);
      leaf.read_cpu_time(ended.user_us, ended.system_us);  // rusage lacks children nobody waited for
      const bool ours = command.state == Command::State::killing;
      ended.killed_by_kernel = !ours && ended.signal == SIGKILL;
      if (!ours) ended.left_behind = leaf.processes();
      on_main_end(command, ended);
    }
  });
}

void Commands::on_main_end(Command& command, const wire::Ended& ended) {
  command.main_ended = true;
  command.ended = ended;
  if (command.report) read_report(command);
  switch (command.state) {
    case Command::State::running:
      if (command.own) return begin_kill(command);  // what a service left would be in the way of the next
      linger(command);
      return finish(command);
    case Command::State::stopping:  // what still runs now did not listen
      return begin_kill(command);
    case Command::State::killing:
      if (command.has_leaf) keep_killing(command, now_us());
      return;
    case Command::State::ended:
      return;
  }
}

void Commands::on_reaper_exit(Command& command, int status) {
  // What it said last may still be in the socket.
  for (int i = 0; i < 2 && command.reaper_socket; ++i) read_reaper(command);
  for (pid_t& reaper : lingering_reapers_)
    if (reaper == command.reaper) reaper = 0;
  if (command.state == Command::State::ended) return;
  if (WIFSIGNALED(status)) stuck_ = true;
  if (command.report) read_report(command);
  finish(command);
}

/// The command ended by itself: what it left stays, and is watched until it is gone.
void Commands::linger(Command& command) {
  const bool kept = command.reaper != 0
                        ? keep_in(lingering_reapers_, command.reaper)
                        : Leaf(cgroup_.get(), command.serial).remove() ||
                              keep_in(lingering_leaves_, command.serial);
  if (!kept) stuck_ = true;  // more daemons than anybody can watch
}

void Commands::sweep_leaves() {
  for (std::uint64_t& serial : lingering_leaves_)
    if (serial != 0 && Leaf(cgroup_.get(), serial).remove()) serial = 0;
}

void Commands::finish(Command& command) {
  command.state = Command::State::ended;
  command.timer_us = 0;
  command.ended.wall_us = now_us() - command.started_us;
  command.ended.cause = command.cause;
  command.reaper_socket.close();
  command.control.close();
  command.report.close();
  if (!command.detached) command.kept.close();
}

}  // namespace sandbox::agent
