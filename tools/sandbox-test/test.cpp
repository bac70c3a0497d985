#include "test.hpp"

#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/named_file.hpp"
#include "cases.hpp"
#include "cli/answer.hpp"
#include "fix.hpp"
#include "human.hpp"
#include "life/journal.hpp"
#include "read_report.hpp"
#include "record/chain.hpp"
#include "results/junit_write.hpp"
#include "results/verdict.hpp"
#include "subject.hpp"
#include "suite.hpp"

namespace sandbox::tool {

namespace {

class Tester {
 public:
  Tester(const Session& session, const Options& options, Subject subject)
      : session_(session), options_(options), subject_(std::move(subject)), progress_("sandbox-test", options.output.quiet) {
    if (subject_.sandbox && options_.launch_option)
      throw Error(ExitCode::input, fmt::format("{} is for a sandbox of its own: '{}' runs already", *options_.launch_option, *subject_.sandbox),
                  "sandbox-change, or name an image");
    if (options_.suite) runner_ = &runner_for(Project(*options_.suite), options_.runner);
    if (runner_) check_wishes(*runner_, options_);
    else source_ = options_.tests ? *options_.tests : tests_of(subject_);
  }

  record::Report run() {
    for (int number = 1;; ++number) {
      attempt(number);
      if (report_.verdict.passed() || number >= options_.max_attempts) return std::move(report_);
      if (!options_.fix_command) continue;
      progress_.stage("fix");
      report_.attempts.back().fix = run_fix(*options_.fix_command, report_);
      progress_.done();
    }
  }

 private:
  Place place() {
    if (subject_.sandbox) return {session_, *subject_.sandbox};
    life::LaunchRequest request = options_.launch;
    request.image = subject_.image->digest;
    if (runner_) prepare_launch(request, session_.config, *runner_, Project(*options_.suite), options_);
    return {session_, std::move(request)};
  }

  /// What the fix did to the project or to the cases is seen: both are read anew.
  void attempt(int number) {
    const Stopwatch watch;
    const std::optional<results::TestFile> file = runner_ ? std::nullopt : std::optional(results::read_test_file(source_));
    Place where = place();
    Attempt done = runner_ ? run_suite(where, *runner_, options_, progress_) : run_cases(where, *file, source_, options_, progress_);
    report_.sandbox = where.id();
    record::Sandbox sandbox = where.finish();
    if (!subject_.sandbox) sandbox.from = subject_.from;
    report_.from = subject_.sandbox ? subject_.from : Json(sandbox);
    report_.log_head = session_.log.head();
    take(number, std::move(done), watch.elapsed_ms());
  }

  void take(int number, Attempt done, double wall_ms) {
    report_.source = runner_ ? options_.suite->native() : source_.native();
    if (runner_) report_.runner = std::string(runner_->name);
    report_.shard = options_.shard;
    report_.coverage = done.coverage;
    report_.commands = std::move(done.commands);
    fill_report(report_, std::move(done.cases), std::move(done.problems), done.may_be_empty);
    record::TestAttempt attempt;
    attempt.number = number;
    attempt.runs = done.runs;
    attempt.verdict = report_.verdict;
    attempt.totals = report_.totals;
    attempt.problems = report_.problems;
    // Those of the last attempt are among the cases.
    attempt.failing = results::failing_of(report_.cases);
    attempt.wall_ms = wall_ms;
    if (!report_.attempts.empty()) results::fit_record(report_.attempts.back().failing);
    report_.timings_ms["total"] += wall_ms;
    report_.attempts.push_back(std::move(attempt));
  }

  const Session session_;
  const Options& options_;
  Subject subject_;
  const Runner* runner_ = nullptr;
  Path source_;
  cli::Progress progress_;
  record::Report report_;
};

int answer(const Options& options, record::Report report) {
  if (options.junit) write_named_file(*options.junit, results::junit_of(report), 0644);
  cli::put(options.output, report, report.sandbox.value_or("-"), [&] { return human(report); });
  return static_cast<int>(report.verdict.passed() ? ExitCode::ok : ExitCode::no);
}

int test_one(const Session& session, const Options& options, Subject subject) {
  return answer(options, Tester(session, options, std::move(subject)).run());
}

int test_records(const Session& session, const Options& options) {
  const cli::Answering how{"nothing is named and stdin is a terminal", "sandbox-test IMAGE, or pipe records into it", options.output};
  return cli::answer_records(how, [&](const Json& record) {
    if (record::is_failure(record)) return cli::pass_on(record);
    return life::logged_answer(session.log, options.output, [&] { return test_one(session, options, subject_in(session, record)); });
  });
}

void check(const Options& options) {
  const auto refuse = [](bool wrong, const char* problem, const char* hint) {
    if (wrong) throw Error(ExitCode::input, problem, hint);
  };
  refuse(options.suite && options.tests, "--suite and --tests exclude each other", "call it twice");
  refuse(options.read && (options.suite || options.tests || options.target), "--read runs nothing", "sandbox-test --read FILE --runner junit");
  refuse(options.read && !options.runner, "--read needs --runner", "--runner junit: what wrote it");
  refuse(!options.suite && !options.read && (options.runner || options.command || options.results || options.install || options.no_install),
         "--runner, --command, --results and --install belong to --suite", "sandbox-test --suite DIR IMAGE");
  refuse(options.fix_command && options.max_attempts < 2, "--fix-command needs --max-attempts", "--max-attempts 3: so often at most");
  refuse(options.install && options.no_install, "--install and --no-install exclude each other", "choose one");
}

}  // namespace

int test(const Options& options) {
  check(options);
  if (options.read) return answer(options, read_report(*options.read, *options.runner));
  const store::Store store = store::Store::open();
  const config::Config config = config::Config::load();
  audit::Log log = life::open_log(store, config.log);
  const Session session{store, config, log};
  return audit::logged(log, [&] {
    if (!options.target) return test_records(session, options);
    return test_one(session, options, subject_named(session, *options.target));
  });
}

}  // namespace sandbox::tool
