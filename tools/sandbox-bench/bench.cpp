#include "bench.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/named_file.hpp"
#include "base/text.hpp"
#include "baseline.hpp"
#include "cli/answer.hpp"
#include "cli/warn.hpp"
#include "commands.hpp"
#include "human.hpp"
#include "measure/comparison.hpp"
#include "measure/distribution.hpp"
#include "measure/machine_facts.hpp"
#include "measure/nvml.hpp"
#include "plots.hpp"
#include "record/chain.hpp"
#include "record/misfit.hpp"
#include "rows.hpp"
#include "stages.hpp"
#include "store/images.hpp"
#include "sweep.hpp"

namespace sandbox::tool {

namespace {

void check_names(const Options& options, const record::Image& image) {
  std::vector<std::string_view> known(kStages.begin(), kStages.end());
  for (const auto* all : {&image.proof.bench, &options.commands})
    for (const record::Benchmark& one : *all) known.push_back(one.name);
  for (const std::string& name : options.only) {
    if (std::ranges::find(known, name) != known.end()) continue;
    const std::string near = nearest(name, known);
    throw Error(ExitCode::input, fmt::format("'{}' has no stage and no command '{}'", visible(image.name), visible(name)),
                near.empty() ? "stages: build, launch, first-exec, exec, run, copy, reap" : fmt::format("did you mean '{}'?", visible(near)));
  }
}

void note_disturbances(record::Measurements& measurements) {
  for (const record::MeasuredRow& row : measurements.rows)
    if (row.distribution && measure::is_disturbed(*row.distribution, row.samples.size()))
      measurements.notes.push_back({row.name, fmt::format("{} of {} samples are far from the median: the tail is not to be relied on", row.distribution->outliers, row.samples.size())});
}

record::Measurements measure_image(const store::Store& store, const Options& options, const record::Image& image) {
  check_names(options, image);
  (void)commands_of(options, image);  // names that clash are refused before anything runs
  record::Measurements measurements;
  measurements.image = image.name;
  measurements.image_digest = image.digest;
  measurements.created = rfc3339(wall_now());
  measurements.machine = measure::machine_facts();
  if (const auto nvml = measure::Nvml::open()) measurements.machine.gpus = nvml->models();
  measurements.runs = options.runs;
  Guard guard;
  cli::Progress progress("sandbox-bench", options.output.quiet);
  const Session session{store, options, image, guard, progress};
  measure_stages(session, measurements);
  measure_commands(session, measurements);
  measure_sweep(session, measurements);
  guard.finish();
  note_disturbances(measurements);
  return measurements;
}

class Answers {
 public:
  explicit Answers(const Options& options) : options_(options) {
    if (options.baseline) baselines_ = read_measurements(*options.baseline);
  }

  int answer(record::Measurements measurements) {
    if (options_.baseline) compare(measurements);
    measurements.verdict = measure::verdict_of(measurements);
    done_.push_back(std::move(measurements));
    put(done_.back());  // first: what took so long is not lost with a file that cannot be written
    write_files();
    return static_cast<int>(done_.back().verdict.passed() ? ExitCode::ok : ExitCode::no);
  }

 private:
  void compare(record::Measurements& measurements) const {
    measurements.comparison = measure::compare(baseline_for(baselines_, measurements.image), measurements, options_.baseline->native(), options_.fail_over);
    std::string others;
    for (const auto& other : measurements.comparison->differs)
      others += fmt::format("{}another {} ('{}', was '{}')", others.empty() ? "" : ", ", other.what, other.now, other.then);
    if (!others.empty()) cli::warn("the baseline is of other conditions: " + others);
  }

  /// After each: of several images, those that are done are kept whatever becomes of the others.
  void write_files() const {
    if (options_.html) write_named_file(*options_.html, page(done_), 0644);
    if (!options_.svg) return;
    std::vector<Plot> plots;
    for (const auto& one : done_)
      for (Plot& plot : plots_of(one)) plots.push_back(std::move(plot));
    write_named_file(*options_.svg, svg(plots), 0644);
  }

  void put(const record::Measurements& measurements) const {
    if (options_.markdown) return write_all(1, markdown(measurements), "stdout");
    cli::put(options_.output, measurements, visible(measurements.image), [&] { return human(measurements); });
  }

  const Options& options_;
  std::vector<record::Measurements> baselines_, done_;
};

int answer_kept(const Options& options, Answers& answers) {
  int worst = 0;
  for (record::Measurements& kept : read_measurements(*options.read)) worst = std::max(worst, answers.answer(std::move(kept)));
  return worst;
}

int answer_records(const Options& options, const store::Store& store, Answers& answers) {
  const cli::Answering how{"no image is named and stdin is a terminal", "sandbox-bench IMAGE, or pipe the output of sandbox-build into this", options.output};
  return cli::answer_records(how, [&](const Json& record) {
    if (record::is_failure(record)) return cli::pass_on(record);
    const Json& found = record::required(record, record::Image::kSchema, "image", "pipe the output of sandbox-build into this");
    record::Measurements measurements = measure_image(store, options, store::find_image(store, found.get<record::Image>().digest));
    measurements.from = record::as_from(record);
    return answers.answer(std::move(measurements));
  });
}

void check(const Options& options) {
  const auto refuse = [](bool wrong, const char* problem, const char* hint) {
    if (wrong) throw Error(ExitCode::input, problem, hint);
  };
  refuse(options.fail_over && !options.baseline, "--fail-over needs --baseline", "--baseline FILE: an output of before");
  refuse(options.read && options.image, "--read measures nothing", "sandbox-bench --read FILE");
  refuse(options.read && (!options.commands.empty() || !options.only.empty() || !options.concurrency.empty() || !options.launch.empty()), "--read measures nothing",
         "sandbox-bench --read FILE --baseline FILE");
  for (const auto& file : {options.html, options.svg})
    if (file) check_can_name(*file);
  refuse(options.markdown && (options.output.quiet || options.output.format != cli::Format::unset), "--markdown excludes --format, --json and --quiet", "choose one");
}

}  // namespace

int bench(const Options& options) {
  check(options);
  Answers answers(options);
  if (options.read) return answer_kept(options, answers);
  const store::Store store = store::Store::open();
  if (!options.image) return answer_records(options, store, answers);
  const record::Image image = store::find_image(store, *options.image);
  record::Measurements measurements = measure_image(store, options, image);
  measurements.from = image;
  return answers.answer(std::move(measurements));
}

}  // namespace sandbox::tool
