#include "cases.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "base/temp_dir.hpp"
#include "base/text.hpp"
#include "carry.hpp"
#include "cli/interrupt.hpp"
#include "life/journal.hpp"
#include "results/verdict.hpp"
#include "store/sandboxes.hpp"

namespace sandbox::tool {

namespace {

using results::TestFile;
using Case = TestFile::Case;

constexpr std::uint64_t kMostOutput = std::uint64_t{64} << 20;

record::TestCase described(const Case& test, const Path& source) {
  record::TestCase out;
  out.suite = source.filename().native();
  out.name = test.name;
  out.file = source.native();
  out.line = test.line;
  return out;
}

void make_folder(const Case& test, const Path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw Error(ExitCode::input, fmt::format("the files of '{}': cannot make '{}': {}", visible(test.name), visible(folder.filename().native()), error.message()));
}

void write_files(const Case& test, const Path& folder) {
  make_folder(test, folder);
  for (const auto& [name, bytes] : test.files) {
    make_folder(test, (folder / name).parent_path());
    replace_file(folder / name, bytes, bytes.starts_with("#!") ? 0755 : 0644);
  }
}

/// One run over some of the cases: each starts in a new folder of its own.
class Run {
 public:
  Run(const Place& place, const Path& source, const Options& options, cli::Progress& progress)
      : place_(place), source_(source), options_(options), progress_(progress),
        folder_("/tmp/sandbox-test-" + store::new_sandbox_id().substr(3)) {}

  std::vector<record::TestCase> over(const std::vector<const Case*>& cases) {
    for (const Case* test : cases) {
      results_.push_back(described(*test, source_));
      if (!test->skip) users_.insert(test->user);
    }
    cases_ = cases;
    carry_files();
    life::Batch batch;
    for (std::size_t i = 0; i < cases.size(); ++i)
      if (cases[i]->skip) skip(i);
      else add(batch, i);
    batch.jobs = static_cast<std::size_t>(options_.parallel);
    batch.ended = [&](std::size_t number, record::CommandOutcome& outcome) { return ended(batch, number, outcome); };
    batch.tick = [&] { cli::stop_if_interrupted(), progress_.tick(); };
    if (!batch.requests.empty()) life::capture_all(batch, [&] { return place_.target(); });
    return std::move(results_);
  }

 private:
  /// Folders of different users are not each other's to write.
  std::string folder_for(const std::optional<std::string>& user) const {
    return fmt::format("{}-{}", folder_, std::distance(users_.begin(), users_.find(user)));
  }

  void carry_files() {
    for (const auto& user : users_) {
      const TempDir local = TempDir::create(place_.session().store.temporary());
      for (std::size_t i = 0; i < cases_.size(); ++i)
        if (cases_[i]->user == user && !cases_[i]->skip) write_files(*cases_[i], local.path() / fmt::format("{}", i + 1));
      carry_in(place_, local.path(), folder_for(user), user);
    }
  }

  void skip(std::size_t i) {
    results_[i].status = record::CaseStatus::skipped;
    results_[i].message = cases_[i]->skip;
  }

  void add(life::Batch& batch, std::size_t i) {
    const Case& test = *cases_[i];
    life::Request request;
    request.argv = test.argv;
    request.env = test.env;
    request.user = test.user;
    request.cwd = test.workdir.value_or(fmt::format("{}/{}", folder_for(test.user), i + 1));
    request.cwd_from = "workdir";
    request.input = !test.input.empty();
    request.timeout = options_.timeout.value_or(test.timeout);
    request.output_limit = kMostOutput;
    batch.requests.push_back(std::move(request));
    batch.captures.push_back({.input = test.input});
    numbers_.push_back(i);
  }

  bool ended(const life::Batch& batch, std::size_t number, record::CommandOutcome& outcome) {
    record::TestCase& result = results_[numbers_[number]];
    result.message.reset();
    results::judge(cases_[numbers_[number]]->expected, outcome, result);
    place_.log().append(audit::commanded(place_.id(), outcome, life::asked(batch.requests[number]), audit::digests_of_kept(outcome)));
    outcome.out.kept.clear();
    outcome.err.kept.clear();
    ++done_;
    const bool failing = record::is_failing(result.status);
    failed_ += failing ? 1 : 0;
    stopped_ = stopped_ || (failing && options_.fail_fast);
    progress_.note(fmt::format("{}/{}{}", done_, batch.requests.size(), failed_ > 0 ? fmt::format(", {} failed", failed_) : ""));
    if (stopped_) mark_rest(number, batch.requests.size());
    return !stopped_;
  }

  /// With --fail-fast what was not started did not run; those that run meanwhile say so themselves.
  void mark_rest(std::size_t from, std::size_t end) {
    for (std::size_t i = from + 1; i < end; ++i) {
      record::TestCase& result = results_[numbers_[i]];
      if (result.duration_ms || result.message) continue;
      result.status = record::CaseStatus::skipped;
      result.message = "not run: another failed before it";
    }
  }

  const Place& place_;
  const Path& source_;
  const Options& options_;
  cli::Progress& progress_;
  std::string folder_;
  std::vector<const Case*> cases_;
  std::set<std::optional<std::string>> users_;  // of cases that run
  std::vector<record::TestCase> results_;
  std::vector<std::size_t> numbers_;  // of the case for each request
  std::size_t done_ = 0, failed_ = 0;
  bool stopped_ = false;
};

/// A place for every case so that it stays where the file has it.
std::vector<const Case*> chosen(const TestFile& file, const std::optional<record::Shard>& shard) {
  std::vector<const Case*> cases;
  for (std::size_t i = 0; i < file.cases.size(); ++i)
    if (!shard || i % static_cast<std::size_t>(shard->of) == static_cast<std::size_t>(shard->number - 1)) cases.push_back(&file.cases[i]);
  return cases;
}

std::vector<const Case*> failed_among(const std::vector<const Case*>& cases, const std::vector<record::TestCase>& results) {
  std::vector<const Case*> failed;
  for (std::size_t i = 0; i < cases.size(); ++i)
    if (record::is_failing(results[i].status)) failed.push_back(cases[i]);
  return failed;
}

}  // namespace

Attempt run_cases(const Place& place, const TestFile& file, const Path& source, const Options& options, cli::Progress& progress) {
  Attempt attempt;
  const std::vector<const Case*> cases = chosen(file, options.shard);
  attempt.may_be_empty = options.shard && cases.empty();
  if (cases.empty()) return attempt;
  progress.stage(fmt::format("{} cases", cases.size()));
  attempt.cases = Run(place, source, options, progress).over(cases);
  for (int i = 0; i < options.retries; ++i) {
    const auto failed = failed_among(cases, attempt.cases);
    if (failed.empty()) break;
    progress.stage(fmt::format("{} cases again", failed.size()));
    results::merge_run(attempt.cases, Run(place, source, options, progress).over(failed));
    ++attempt.runs;
  }
  progress.done();
  return attempt;
}

}  // namespace sandbox::tool
