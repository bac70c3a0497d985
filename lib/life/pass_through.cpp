#include <signal.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"
#include "life/exchange.hpp"
#include "life/execute.hpp"

namespace sandbox::life {

namespace {

/// Whoever starts us deaf to a signal, as nohup(1) does, means the command as well.
bool is_ignored(int signal) {
  struct sigaction action {};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

/// Signals meant for the command arrive on a descriptor; the old mask comes back at the end.
class CaughtSignals {
 public:
  CaughtSignals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH})
      if (!is_ignored(number)) sigaddset(&set, number);
    ::sigprocmask(SIG_BLOCK, &set, &before_);
    fd_ = checked_fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), "cannot catch signals");
  }
  ~CaughtSignals() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }
  CaughtSignals(const CaughtSignals&) = delete;
  CaughtSignals& operator=(const CaughtSignals&) = delete;

  int fd() const { return fd_.get(); }
  /// The next one, or 0.
  int take() const {
    signalfd_siginfo info;
    return ::read(fd_.get(), &info, sizeof info) == sizeof info ? static_cast<int>(info.ssi_signo) : 0;
  }

 private:
  sigset_t before_{};
  Fd fd_;
};

/// Keys go to the sandbox's terminal as they are, Ctrl-C included.
class RawTerminal {
 public:
  explicit RawTerminal(bool wanted) : raw_(wanted && ::tcgetattr(0, &before_) == 0) {
    if (!raw_) return;
    termios raw = before_;
    ::cfmakeraw(&raw);
    ::tcsetattr(0, TCSADRAIN, &raw);
  }
  ~RawTerminal() {
    if (raw_) ::tcsetattr(0, TCSADRAIN, &before_);
  }
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;

 private:
  termios before_{};
  bool raw_;
};

class PassWiring : public Wiring {
 public:
  PassWiring(const std::vector<std::string>& secrets, PassFlow::Hash hash) : secrets_(secrets), hash_(hash) {}
  std::unique_ptr<OutputFlow> output(const Fd& source, int number) override {
    return std::make_unique<PassFlow>(source, number, secrets_, hash_);
  }
  std::unique_ptr<InputFlow> input(Fd sink, bool is_terminal) override {
    return std::make_unique<InputFlow>(0, std::move(sink), is_terminal);
  }

 private:
  const std::vector<std::string>& secrets_;
  PassFlow::Hash hash_;
};

/// Adds what one stream was to the outcome; returns its digest.
std::optional<std::string> settle(OutputFlow* flow, record::Stream& stream) {
  if (!flow) return std::nullopt;
  stream.bytes = flow->bytes();
  return static_cast<PassFlow*>(flow)->take_digest();
}

void forward(int signal, Exchange& exchange) {
  if (signal != SIGWINCH) return exchange.signal(signal);
  winsize window{};
  if (::ioctl(0, TIOCGWINSZ, &window) == 0) exchange.resize({window.ws_row, window.ws_col});
}

void pump(Exchange& exchange, const CaughtSignals& signals) {
  std::vector<pollfd> waits;
  while (!exchange.done()) {
    waits.assign(1, {signals.fd(), POLLIN, 0});
    exchange.add_waits(waits);
    const int ready = ::poll(waits.data(), waits.size(), exchange.wants_quiet() ? Exchange::kQuietMs : -1);
    if (ready < 0 && errno != EINTR) throw_system_error("cannot wait for the sandbox");
    if (ready == 0) exchange.on_quiet();
    if (waits[0].revents != 0)
      while (const int signal = signals.take()) forward(signal, exchange);
    exchange.step(waits, 1);
  }
}

}  // namespace

PassedThrough pass_through(Target target, const Request& request, PassFlow::Hash hash) {
  const CaughtSignals signals;
  PassWiring wiring(target.secrets, hash);
  Exchange exchange(std::move(target.connection), request, wiring);
  if (target.limits) target.limits->begin();
  {
    const RawTerminal raw(request.terminal && request.input);
    pump(exchange, signals);
  }
  const CommandEnd& end = exchange.end();
  if (end.failed.step != wire::Step{}) throw_failed(end.failed, subject_of(end.failed, request));
  PassedThrough passed;
  record::CommandOutcome& outcome = passed.outcome;
  outcome.argv = request.argv;
  outcome.verdict = judge(end, request, limit_hit_of(target.limits));
  outcome.usage = usage_of(end.ended);
  passed.digests = {settle(exchange.output(1), outcome.out), settle(exchange.output(2), outcome.err)};
  return passed;
}

}  // namespace sandbox::life
