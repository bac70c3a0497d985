#include "commands.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "life/ask.hpp"
#include "measure/comparison.hpp"
#include "measure/nvml.hpp"
#include "measure/series.hpp"
#include "record/outcome.hpp"
#include "rows.hpp"
#include "yardstick.hpp"

namespace sandbox::tool {

namespace {

constexpr std::size_t kMostProblem = 300;

/// Why a command is no sample: its verdict, and the last line of what it wrote.
std::string problem_of(const record::CommandOutcome& outcome) {
  const std::string& said = outcome.err.kept.empty() ? outcome.out.kept : outcome.err.kept;
  std::string_view last;
  for (const std::string_view line : split(said, '\n'))
    if (!line.empty()) last = line;
  std::string how = record::explanation(outcome.verdict);
  if (how.empty()) how = outcome.verdict.exit ? fmt::format("exit {}", *outcome.verdict.exit) : std::string(record::name_of(outcome.verdict.reason));
  return last.empty() ? visible(how) : fmt::format("{}: {}", visible(how), visible(last.substr(0, kMostProblem)));
}

/// Where no group of the sandbox counts what goes to block devices, the command's own sum is known
/// at its end.
void add_io(record::Series& series, const record::Usage& usage) {
  if (series.points.empty()) return;
  record::SeriesPoint& last = series.points.back();
  if (!last.read_bytes) last.read_bytes = usage.read_bytes;
  if (!last.written_bytes) last.written_bytes = usage.written_bytes;
}

/// One command with its rows: what it took of time, of processors, of memory.
class Measured {
 public:
  explicit Measured(record::Benchmark benchmark)
      : benchmark_(std::move(benchmark)), time_("command", benchmark_.name), cpu_("command", benchmark_.name + std::string(measure::kProcessorTime)),
        memory_("command", benchmark_.name + " memory", "bytes") {}

  const record::Benchmark& benchmark() const { return benchmark_; }
  bool is_given_up() const { return time_.is_given_up(); }

  void fail(const std::string& problem, Counted counted) { time_.take({0, problem}, counted); }

  void take(const record::CommandOutcome& outcome, Counted counted) {
    if (!outcome.verdict.succeeded()) return fail(problem_of(outcome), counted);
    time_.take({outcome.usage.wall_ms, {}}, counted);
    cpu_.take({outcome.usage.cpu_ms, {}}, counted);
    if (outcome.usage.peak_bytes) memory_.take({static_cast<double>(*outcome.usage.peak_bytes), {}}, counted);
  }

  void finish(std::vector<record::MeasuredRow>& rows) && {
    rows.push_back(std::move(time_).finish());
    for (Row* const row : {&cpu_, &memory_})
      if (!row->so_far().samples.empty()) rows.push_back(std::move(*row).finish());
  }

 private:
  record::Benchmark benchmark_;
  Row time_, cpu_, memory_;
};

class Commands {
 public:
  Commands(const Session& session, record::Measurements& into) : session_(session), into_(into), nvml_(measure::Nvml::open()) {
    for (record::Benchmark& benchmark : commands_of(session.options, session.image)) all_.emplace_back(std::move(benchmark));
  }

  bool has_any() const { return !all_.empty(); }

  void launch() {
    const Launched launched = tool::launch(session_);
    if (launched.ran.is_good()) {
      id_ = launched.id;
      into_.engine = launched.engine;
      into_.processor = launched.processor;
    } else {
      lack_ = "no sandbox: " + launched.ran.problem();
    }
  }

  void round(Counted counted) {
    for (Measured& one : all_)
      if (!one.is_given_up()) once(one, counted);
    yardstick_.once(counted);
    is_first_ = false;
  }

  void finish() {
    for (Measured& one : all_) std::move(one).finish(into_.rows);
    std::move(yardstick_).finish(into_.rows);
    if (id_.empty()) return;
    const Ran ran = tool::finish({"sandbox-reap", {"--quiet", "--grace=0", id_}, Sibling::Stdout::dropped});
    if (!ran.is_good()) into_.notes.push_back({"commands", "their sandbox ended before them: " + ran.problem()});
  }

 private:
  void once(Measured& one, Counted counted) {
    if (!lack_.empty()) return one.fail(lack_, counted);
    std::vector<std::string> words = {"--json", fmt::format("--timeout={}ms", session_.options.timeout.count()), id_, "--"};
    words.insert(words.end(), one.benchmark().command.begin(), one.benchmark().command.end());
    Sibling sibling("sandbox-exec", words, Sibling::Stdout::kept);
    const Ran ran = is_first_ ? watched(std::move(sibling), one.benchmark().name) : tool::finish(std::move(sibling));
    if (ran.out.empty()) return one.fail(ran.problem(), counted);
    const auto outcome = record::parse(ran.out, "the record of sandbox-exec").get<record::Outcome>();
    if (outcome.commands.empty()) return one.fail(ran.problem(), counted);
    if (is_first_) add_io(into_.series.back(), outcome.commands.front().usage);
    one.take(outcome.commands.front(), counted);
  }

  Ran watched(Sibling sibling, const std::string& name) {
    measure::SeriesKeeper keeper(name);
    const Stopwatch watch;
    const auto look = [&] {
      const double at = watch.elapsed_ms();
      if (const auto status = life::ask_status(session_.store, id_))
        keeper.add(at, status->usage, nvml_ ? std::optional(nvml_->use()) : std::nullopt);
    };
    Ran ran = tool::finish(std::move(sibling), {[&] { return keeper.period(); }, look});
    look();
    into_.series.push_back(std::move(keeper).take());
    return ran;
  }

  const Session& session_;
  record::Measurements& into_;
  std::optional<measure::Nvml> nvml_;
  std::vector<Measured> all_;
  Yardstick yardstick_{"command"};
  std::string id_, lack_;
  bool is_first_ = true;
};

}  // namespace

std::vector<record::Benchmark> commands_of(const Options& options, const record::Image& image) {
  std::vector<record::Benchmark> all = image.proof.bench;
  all.insert(all.end(), options.commands.begin(), options.commands.end());
  for (auto one = all.begin(); one != all.end(); ++one)
    if (std::find_if(all.begin(), one, [&](const record::Benchmark& other) { return other.name == one->name; }) != one)
      throw Error(ExitCode::input, fmt::format("two commands are called '{}'", visible(one->name)), "give --command another name");
  std::erase_if(all, [&](const record::Benchmark& one) { return !options.only.empty() && std::ranges::find(options.only, one.name) == options.only.end(); });
  return all;
}

void measure_commands(const Session& session, record::Measurements& measurements) {
  Commands commands(session, measurements);
  if (!commands.has_any()) return;
  commands.launch();
  session.in_rounds("commands", [&](Counted counted) { commands.round(counted); });
  commands.finish();
}

}  // namespace sandbox::tool
