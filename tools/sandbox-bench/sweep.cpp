#include "sweep.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <cerrno>
#include <list>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "cli/interrupt.hpp"
#include "measure/distribution.hpp"
#include "stages.hpp"

namespace sandbox::tool {

namespace {

constexpr int kLookForInterruptsMs = 100;

class Level {
 public:
  Level(const Session& session, std::uint64_t concurrency) : session_(session), words_(run_words(session)) {
    level_.concurrency = concurrency;
    // Each at least twice, or the level is never reached.
    level_.runs = std::max(session.options.runs, 2 * concurrency);
  }

  record::SweepLevel measure() {
    const Stopwatch watch;
    while (started_ < level_.runs || !running_.empty()) {
      while (started_ < level_.runs && running_.size() < level_.concurrency) start();
      await_any();
      collect();
    }
    const double seconds = watch.elapsed_ms() / 1000;
    if (times_.empty()) return std::move(level_);
    level_.throughput_per_s = static_cast<double>(times_.size()) / seconds;
    level_.median_ms = measure::median(times_);
    level_.p99_ms = measure::percentile(times_, 0.99);
    return std::move(level_);
  }

 private:
  void start() {
    running_.emplace_back("sandbox-run", words_, Sibling::Stdout::dropped);
    ++started_;
  }

  void await_any() {
    std::vector<pollfd> waits;
    for (const Sibling& one : running_) waits.push_back({one.pidfd().get(), POLLIN, 0});
    if (::poll(waits.data(), waits.size(), kLookForInterruptsMs) < 0 && errno != EINTR) throw_system_error("cannot wait for", "sandbox-run");
    cli::stop_if_interrupted();
  }

  void collect() {
    for (auto one = running_.begin(); one != running_.end();) {
      const auto ran = one->wait_until(std::chrono::steady_clock::now());
      if (ran) take(*ran);
      one = ran ? running_.erase(one) : std::next(one);
    }
  }

  void take(const Ran& ran) {
    if (ran.is_good()) return times_.push_back(ran.wall_ms);
    ++level_.failed;
    if (!level_.error) level_.error = ran.problem();
  }

  const Session& session_;
  const std::vector<std::string> words_;
  record::SweepLevel level_;
  std::list<Sibling> running_;
  std::vector<double> times_;
  std::uint64_t started_ = 0;
};

}  // namespace

void measure_sweep(const Session& session, record::Measurements& measurements) {
  for (const std::uint64_t concurrency : session.options.concurrency) {
    session.progress.stage(fmt::format("{} at once", concurrency));
    measurements.sweep.push_back(Level(session, concurrency).measure());
    session.progress.done();
  }
}

}  // namespace sandbox::tool
