#include "suite.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/quantity.hpp"
#include "base/temp_dir.hpp"
#include "base/text.hpp"
#include "carry.hpp"
#include "cli/interrupt.hpp"
#include "close_doors.hpp"
#include "life/journal.hpp"
#include "life/transfer.hpp"
#include "life/vm_plan.hpp"
#include "reporters.hpp"
#include "results/coverage.hpp"
#include "results/verdict.hpp"
#include "store/sandboxes.hpp"

namespace sandbox::tool {

namespace {

using record::CaseStatus;
using results::Reading;

constexpr std::chrono::minutes kInstallTime{15}, kRunTime{30};
constexpr std::size_t kKeptOutput = 64 << 10;  // of each stream, in the report
constexpr std::uint64_t kMostOutput = std::uint64_t{256} << 20;
constexpr std::uint64_t kMostRemains = std::uint64_t{128} << 20;
constexpr const char* kCaches = "/var/cache/sandbox-test/";

std::string install_of(const Runner& runner, const Project& project, const Options& options) {
  if (options.no_install) return {};
  return options.install ? *options.install : runner.install(project);
}

/// One run of the runner over the whole suite, or over its shard.
class Run {
 public:
  Run(const Place& place, const Runner& runner, const Options& options, cli::Progress& progress)
      : place_(place), runner_(runner), options_(options), progress_(progress), project_(*options.suite),
        base_("/tmp/sandbox-test-" + store::new_sandbox_id().substr(3)),
        root_(place.is_own() ? "/workspace" : base_ + "/project") {}

  /// Returns false when the tests cannot be run.
  bool prepare(Attempt& attempt) {
    if (!place_.is_own()) carry_in(place_, *options_.suite, root_, std::nullopt);
    put_reporters();
    const std::string script = install_of(runner_, project_, options_);
    if (script.empty()) return true;
    progress_.stage("install");
    const record::CommandOutcome done = run(environment() + script, {}, kInstallTime);
    if (!done.verdict.succeeded()) attempt.problems.push_back({"install", ended_text(done)});
    attempt.commands.push_back(done);
    if (place_.is_own()) close_doors(place_, runner_, options_);
    return done.verdict.succeeded();
  }

  Attempt over(const std::vector<std::string>& files) {
    Attempt attempt;
    progress_.stage(std::string(runner_.name));
    const record::CommandOutcome done = run(script(), files, options_.timeout.value_or(kRunTime));
    Reading reading = read();
    conclude(done, reading);
    attempt.commands.push_back(done);
    attempt.cases = std::move(reading.cases());
    attempt.problems = std::move(reading.problems());
    attempt.coverage = coverage_;
    return attempt;
  }

 private:
  void put_reporters() {
    const auto put = [&](const char* name, std::string_view text, unsigned mode) {
      life::put_bytes(place_.connect(), text, fmt::format("{}/work/reporters/{}", base_, name), mode, std::nullopt);
    };
    put("sandbox_pytest.py", kPytestReporter, 0644);
    put("sandbox_unittest.py", kUnittestRunner, 0644);
    put("cargo-runner", kCargoRunner, 0755);
  }

  /// A home that can be written, and a cache where a cache is.
  std::string environment() const {
    std::string text = fmt::format("export R={0}/left W={0}/work\nmkdir -p \"$R\"\n[ -w \"${{HOME:-/nonexistent}}\" ] || export HOME=\"$W\"\n", base_);
    if (runner_.cache.empty()) return text;
    const std::string folder = kCaches + std::string(runner_.preset);
    return text + fmt::format("[ ! -w {1} ] || export {0}={1}\n", runner_.cache, folder);
  }

  std::string script() const {
    const Wish wish{options_.fail_fast, options_.parallel, runner_.shards ? options_.shard : std::nullopt};
    std::string text = environment() + "rm -rf \"$R\"\nmkdir -p \"$R\"\ntouch \"$W/began\"\n";
    text += options_.command ? given_command() : runner_.script(wish);
    // Reports of coverage that this run wrote, wherever the usual tools write them.
    return text + R"(
code=$?
for file in coverage.xml cobertura.xml coverage/cobertura-coverage.xml coverage/lcov.info lcov.info coverage.info cover.out coverage.out; do
  if [ -f "$file" ] && [ "$file" -nt "$W/began" ]; then cp "$file" "$R/coverage"; break; fi
done
exit $code
)";
  }

  /// The caller's command, and where it writes.
  std::string given_command() const {
    if (!options_.results) return "{ " + *options_.command + "\n}";
    const std::string command = fmt::format("mkdir -p \"$R/results\"\n( {}\n)", *options_.command);
    if (*options_.results == "-") return command + " >\"$R/results/1\"";
    return fmt::format("{}\ngiven=$?\nn=0; for file in {}; do [ -f \"$file\" ] || continue; n=$((n + 1)); cp \"$file\" \"$R/results/$n\"; done\n(exit $given)",
                       command, *options_.results);
  }

  record::CommandOutcome run(const std::string& script, const std::vector<std::string>& arguments, std::chrono::milliseconds timeout) {
    life::Batch batch;
    life::Request request;
    request.argv = {"/bin/sh", "-c", script, std::string(runner_.name)};
    request.argv.insert(request.argv.end(), arguments.begin(), arguments.end());
    request.cwd = root_;
    request.cwd_from = "the project";
    request.timeout = timeout;
    request.output_limit = kMostOutput;
    batch.requests.push_back(std::move(request));
    batch.captures.emplace_back();
    batch.tick = [&] { cli::stop_if_interrupted(), progress_.tick(); };
    record::CommandOutcome outcome = life::capture_all(batch, [&] { return place_.target(); }).at(0);
    place_.log().append(audit::commanded(place_.id(), outcome, life::asked(batch.requests[0]), audit::digests_of_kept(outcome)));
    for (record::Stream* stream : {&outcome.out, &outcome.err})
      if (stream->kept.size() > kKeptOutput) stream->kept = results::tail_of(stream->kept, kKeptOutput), stream->truncated = true;
    outcome.argv = {std::string(runner_.name)};
    return outcome;
  }

  static std::string ended_text(const record::CommandOutcome& outcome) {
    std::string text = record::explanation(outcome.verdict);
    if (text.empty()) text = outcome.verdict.exit ? fmt::format("it ended with {}", *outcome.verdict.exit) : outcome.verdict.detail;
    const std::string& said = outcome.err.kept.empty() ? outcome.out.kept : outcome.err.kept;
    return said.empty() ? text : text + ": " + results::tail_of(said, 400);
  }

  Reading read() {
    const TempDir local = TempDir::create(place_.session().store.temporary());
    Reading reading;
    if (!carry_out(place_, base_ + "/left", local.path(), kMostRemains)) reading.problem("truncated", "what the runner left could not be taken out whole");
    const Remains left{Project(local.path()), root_ + "/"};
    reading.append(runner_.read(left));
    Reading ignored;
    if (left.has("build-failed")) reading.problem("build", left.text("build-failed", ignored).value_or(""));
    if (left.has("coverage")) coverage_ = results::read_coverage(left.text("coverage", ignored).value_or(""));
    return reading;
  }

  /// What became of its process has to fit what it reported.
  void conclude(const record::CommandOutcome& done, Reading& reading) const {
    const record::Verdict& verdict = done.verdict;
    const std::uint64_t failing = results::totals_of(reading.cases()).failing();
    if (verdict.reason == record::Reason::timeout) {
      for (record::TestCase& test : reading.cases())
        if (test.status == CaseStatus::crashed) test.status = CaseStatus::timeout;
      return reading.problem("timeout", ended_text(done));
    }
    if (verdict.status == record::Status::failed || verdict.status == record::Status::refused)
      return reading.problem("setup", verdict.detail);
    if (verdict.reason == record::Reason::output) return reading.problem("truncated", ended_text(done));
    const int code = verdict.exit.value_or(128);
    const bool is_killed = verdict.status == record::Status::killed || code > 128;
    if (verdict.reason != record::Reason::exit && verdict.reason != record::Reason::signal) return reading.problem("limit", ended_text(done));
    if (is_killed) return reading.problem("crash", ended_text(done));
    // Nothing that ran is no success, whatever the status: the verdict says so.
    if (code != 0 && failing == 0 && (reading.cases().empty() ? !reading.problems().empty() : true))
      reading.problem("exit", ended_text(done));
  }

  const Place& place_;
  const Runner& runner_;
  const Options& options_;
  cli::Progress& progress_;
  Project project_;
  std::string base_, root_;
  std::optional<record::Coverage> coverage_;
};

/// The files of this shard, where the runner does not divide the suite itself.
std::vector<std::string> files_of_shard(const Runner& runner, const Options& options) {
  std::vector<std::string> files;
  const std::vector<std::string> all = runner.files(Project(*options.suite));
  for (std::size_t i = static_cast<std::size_t>(options.shard->number - 1); i < all.size(); i += static_cast<std::size_t>(options.shard->of))
    files.push_back(all[i]);
  return files;
}

void merge(Attempt& attempt, Attempt later) {
  results::merge_run(attempt.cases, std::move(later.cases));
  // What went wrong beside the cases went right in the end, or did not.
  attempt.problems = std::move(later.problems);
  attempt.commands.push_back(std::move(later.commands.at(0)));
  if (later.coverage) attempt.coverage = later.coverage;
  ++attempt.runs;
}

}  // namespace

void prepare_launch(life::LaunchRequest& request, const config::Config& config, const Runner& runner, const Project& project,
                    const Options& options) {
  request.workspace = *options.suite;
  if (install_of(runner, project, options).empty() || runner.preset.empty()) return;
  if (!request.no_network && std::ranges::find(request.allow, runner.preset) == request.allow.end()) request.allow.emplace_back(runner.preset);
  // A virtual machine has no folders of the host: there it is fetched each time.
  if (!request.no_caches && !life::wants_vm(config, request)) request.caches.push_back(fmt::format("{0}:{1}{0}", runner.preset, kCaches));
}

void check_wishes(const Runner& runner, const Options& options) {
  const auto refuse = [&](bool wrong, const char* option, const char* hint) {
    if (wrong) throw Error(ExitCode::input, fmt::format("{} is nothing that {} can do", option, runner.name), hint);
  };
  const bool given = options.command.has_value();
  refuse(options.fail_fast && (given || !runner.fails_fast), "--fail-fast", "go without it");
  refuse(options.parallel > 1 && (given || !runner.parallels), "--parallel", "go without it, or use --shard in several calls");
  refuse(options.shard && (given || (!runner.shards && !runner.files)), "--shard", "go without it");
  if (runner.script({}).empty() && (!options.command || !options.results))
    throw Error(ExitCode::input, fmt::format("--runner {} needs a command and its report", runner.name), "--command 'make check' --results 'build/report.xml'");
  if (options.results && !options.command) throw Error(ExitCode::input, "--results without --command", "a runner knows where its own report is");
  if (options.results && !runner.script({}).empty())
    throw Error(ExitCode::input, fmt::format("--results is nothing for the runner {}", runner.name), "--runner junit, tap or go-json reads any report");
}

Attempt run_suite(const Place& place, const Runner& runner, const Options& options, cli::Progress& progress) {
  Attempt attempt;
  std::vector<std::string> files;
  if (options.shard && !runner.shards) {
    files = files_of_shard(runner, options);
    attempt.may_be_empty = files.empty();
    if (files.empty()) return attempt;  // without any the runner would run all
  }
  attempt.may_be_empty = options.shard && runner.shards;
  Run run(place, runner, options, progress);
  if (!run.prepare(attempt)) return attempt;
  Attempt first = run.over(files);
  first.commands.insert(first.commands.begin(), attempt.commands.begin(), attempt.commands.end());
  first.may_be_empty = attempt.may_be_empty;
  for (int i = 0; i < options.retries; ++i) {
    if (results::failing_of(first.cases).empty() && first.problems.empty()) break;
    merge(first, run.over(files));
  }
  progress.done();
  return first;
}

}  // namespace sandbox::tool
