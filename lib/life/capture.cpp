#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <list>

#include "base/error.hpp"
#include "base/file.hpp"
#include "life/exchange.hpp"
#include "life/execute.hpp"

namespace sandbox::life {

namespace {

Fd create_output(const std::optional<Path>& base, const char* suffix) {
  if (!base) return Fd();
  const std::string path = base->native() + suffix;
  return checked_fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644),
                    "cannot create", path);
}

/// Bytes as a descriptor, for flows that read from one.
Fd holding(std::string_view bytes) {
  Fd file = checked_fd(::memfd_create("input", MFD_CLOEXEC), "cannot keep", "the input");
  write_all(file.get(), bytes, "the input");
  if (::lseek(file.get(), 0, SEEK_SET) < 0) throw_system_error("cannot rewind", "the input");
  return file;
}

/// One captured command under way.
class Job : private Wiring {
 public:
  Job(std::size_t number, Target target, const Request& request, const Capture& how)
      : number_(number),
        target_(std::move(target)),
        request_(request),
        how_(how),
        exchange(std::move(target_.connection), request, *this) {
    if (target_.limits) target_.limits->begin();
  }

  record::CommandOutcome outcome() {
    record::CommandOutcome outcome;
    outcome.argv = request_.argv;
    outcome.verdict = judge(exchange.end(), request_, limit_hit_of(target_.limits));
    outcome.usage = usage_of(exchange.end().ended);
    if (exchange.output(1)) outcome.out = static_cast<CaptureFlow*>(exchange.output(1))->take();
    if (exchange.output(2)) outcome.err = static_cast<CaptureFlow*>(exchange.output(2))->take();
    return outcome;
  }

  std::size_t number() const { return number_; }

 private:
  std::unique_ptr<OutputFlow> output(const Fd& source, int stream) override {
    return std::make_unique<CaptureFlow>(source, how_.kept,
                                         create_output(how_.output, stream == 1 ? ".stdout" : ".stderr"),
                                         target_.secrets);
  }
  std::unique_ptr<InputFlow> input(Fd sink, bool is_terminal) override {
    if (how_.input) input_ = holding(*how_.input);
    return std::make_unique<InputFlow>(input_ ? input_.get() : 0, std::move(sink), is_terminal);
  }
  const std::size_t number_;
  Target target_;
  const Request& request_;
  const Capture& how_;
  Fd input_;

 public:
  Exchange exchange;  // last: it calls back into what stands above
};

constexpr int kTickMs = 250;

void pump(std::list<Job>& jobs, const std::function<void()>& tick) {
  std::vector<pollfd> waits;
  std::vector<std::size_t> firsts;
  bool quiet = false;
  for (Job& job : jobs) {
    firsts.push_back(waits.size());
    job.exchange.add_waits(waits);
    quiet = quiet || job.exchange.wants_quiet();
  }
  const int ready = ::poll(waits.data(), waits.size(), quiet ? Exchange::kQuietMs : tick ? kTickMs : -1);
  if (ready < 0 && errno != EINTR) throw_system_error("cannot wait for the sandbox");
  if (tick) tick();
  std::size_t next = 0;
  for (Job& job : jobs) {
    if (ready == 0 && job.exchange.wants_quiet()) job.exchange.on_quiet();
    job.exchange.step(waits, firsts[next++]);
  }
}

bool goes_on(const Batch& batch, std::size_t number, record::CommandOutcome& outcome) {
  if (batch.ended) return batch.ended(number, outcome);
  return batch.keep_going || outcome.verdict.succeeded();
}

}  // namespace

std::vector<record::CommandOutcome> capture_all(const Batch& batch, const std::function<Target()>& connect) {
  std::vector<std::optional<record::CommandOutcome>> outcomes(batch.requests.size());
  std::list<Job> jobs;
  std::size_t next = 0;
  bool stopped = false;
  while (!jobs.empty() || (next < batch.requests.size() && !stopped)) {
    while (!stopped && next < batch.requests.size() && jobs.size() < batch.jobs) {
      jobs.emplace_back(next, connect(), batch.requests[next], batch.captures[next]);
      ++next;
    }
    pump(jobs, batch.tick);
    for (auto job = jobs.begin(); job != jobs.end();) {
      if (!job->exchange.done()) {
        ++job;
        continue;
      }
      outcomes[job->number()] = job->outcome();
      if (!goes_on(batch, job->number(), *outcomes[job->number()])) stopped = true;
      job = jobs.erase(job);
    }
  }
  std::vector<record::CommandOutcome> done;
  for (auto& outcome : outcomes)
    if (outcome) done.push_back(std::move(*outcome));
  return done;
}

record::CommandOutcome capture(Target target, const Request& request, const Capture& how) {
  const Batch batch{{request}, {how}, 1, false};
  return capture_all(batch, [&] { return std::move(target); }).at(0);
}

}  // namespace sandbox::life
