#include "recorded.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "files.hpp"
#include "life/detached.hpp"
#include "life/journal.hpp"

namespace sandbox::tool {

namespace {

/// The verdict of a job that had no command, or whose process runs on without us.
record::Verdict done() { return {record::Status::finished, record::Reason::exit, 0, {}, {}}; }

life::Batch batch_of(const Job& job) {
  life::Batch batch{job.commands, {}, job.jobs, job.keep_going};
  for (std::size_t i = 0; i < job.commands.size(); ++i) {
    life::Capture how;
    if (job.output_directory) how.output = *job.output_directory / fmt::format("{}", i + 1);
    batch.captures.push_back(std::move(how));
  }
  return batch;
}

std::vector<record::CommandOutcome> run_commands(const Place& place, const Job& job) {
  std::vector<record::CommandOutcome> outcomes;
  if (job.commands.empty()) return outcomes;
  if (job.commands.front().detach) {
    for (const life::Request& request : job.commands) outcomes.push_back(run_detached(place, request));
    return outcomes;
  }
  outcomes = life::capture_all(batch_of(job), [&] { return place.target(); });
  // Those that were started are the first ones: outcomes and requests go together.
  for (std::size_t i = 0; i < outcomes.size(); ++i)
    place.log().append(audit::commanded(place.id(), outcomes[i], life::asked(job.commands[i]), audit::digests_of_kept(outcomes[i])));
  return outcomes;
}

/// Of the first command that did not succeed, or the last.
record::Verdict verdict_of(const std::vector<record::CommandOutcome>& commands) {
  if (commands.empty()) return done();
  for (const record::CommandOutcome& command : commands)
    if (!command.verdict.succeeded()) return command.verdict;
  return commands.back().verdict;
}

}  // namespace

record::CommandOutcome run_detached(const Place& place, const life::Request& request) {
  record::CommandOutcome outcome;
  outcome.argv = request.argv;
  outcome.pid = life::start_detached(place.connect(), request);
  outcome.verdict = done();
  outcome.verdict.detail = "runs detached";
  place.log().append(audit::commanded(place.id(), outcome, life::asked(request), {}));
  return outcome;
}

record::Outcome run_recorded(const Place& place, const Job& job, const Json& from) {
  record::Outcome outcome;
  Stopwatch watch;
  outcome.sandbox = place.id();
  outcome.from = from;
  if (job.output_directory && ::mkdir(job.output_directory->c_str(), 0755) < 0 && errno != EEXIST)
    throw_system_error("cannot create", job.output_directory->native(), ExitCode::input);
  for (const PutFile& file : job.puts) {
    put(place, file, job.user);
    outcome.files.push_back(file.path);
  }
  if (!job.puts.empty()) outcome.timings_ms["put"] = watch.lap_ms();
  outcome.commands = run_commands(place, job);
  outcome.verdict = verdict_of(outcome.commands);
  outcome.timings_ms["commands"] = watch.lap_ms();
  if (outcome.verdict.succeeded() || job.keep_going)
    for (const GetFile& file : job.gets) {
      get(place, file, job.user);
      outcome.files.push_back(file.local.native());
    }
  if (!job.gets.empty()) outcome.timings_ms["get"] = watch.lap_ms();
  outcome.log_head = place.log().head();
  return outcome;
}

namespace {

/// Lines stay lines; everything else that could move the cursor is written out.
std::string visible_lines(std::string_view bytes) {
  std::string text;
  const std::vector<std::string_view> lines = split(bytes, '\n');
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (i + 1 < lines.size() || !lines[i].empty()) text += visible(lines[i]) + "\n";
  return text;
}

std::string verdict_line(const record::CommandOutcome& command) {
  std::string text = fmt::format("{}: {}", record::name_of(command.verdict.status), record::name_of(command.verdict.reason));
  if (command.verdict.exit) text += fmt::format(" {}", *command.verdict.exit);
  if (!command.verdict.detail.empty()) text += fmt::format(" ({})", visible(command.verdict.detail));
  if (command.pid) return fmt::format("{}  pid {}\n", text, *command.pid);
  return fmt::format("{}  {} wall, {} cpu, {} peak\n", text,
                     duration_text(std::chrono::milliseconds(static_cast<std::int64_t>(command.usage.wall_ms))),
                     duration_text(std::chrono::milliseconds(static_cast<std::int64_t>(command.usage.cpu_ms))),
                     size_text(command.usage.peak_bytes.value_or(0)));
}

}  // namespace

std::string human(const record::Outcome& outcome) {
  std::string text;
  for (const record::CommandOutcome& command : outcome.commands) {
    text += visible_lines(command.out.kept) + visible_lines(command.err.kept);
    if (command.out.truncated || command.err.truncated) text += "…\n";
    text += verdict_line(command);
  }
  for (const std::string& file : outcome.files) text += fmt::format("copied {}\n", visible(file));
  return text;
}

}  // namespace sandbox::tool
