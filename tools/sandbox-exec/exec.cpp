#include "exec.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "cli/answer.hpp"
#include "cli/tool_main.hpp"
#include "files.hpp"
#include "life/journal.hpp"
#include "processes.hpp"
#include "record/chain.hpp"
#include "record/misfit.hpp"
#include "record/stream.hpp"
#include "recorded.hpp"
#include "request_file.hpp"

namespace sandbox::tool {

namespace {

constexpr std::size_t kMaxRequest = std::size_t{64} << 20;

Job job_of(const Options& options) {
  Job job;
  if (options.request_file) {
    const bool from_stdin = *options.request_file == "-";
    const std::string text = from_stdin ? read_all(0, kMaxRequest, "stdin") : read_file(*options.request_file, kMaxRequest);
    job = parse_request(text, from_stdin ? "stdin" : *options.request_file, options.command);
  } else {
    job.user = options.command.user;
    if (!options.command.argv.empty()) job.commands.push_back(options.command);
  }
  for (const std::string& command : options.shell_commands) {
    job.commands.push_back(options.command);
    job.commands.back().argv = shell_argv(command);
  }
  for (const std::string& pair : options.puts) job.puts.push_back(parse_put(pair));
  for (const std::string& pair : options.gets) job.gets.push_back(parse_get(pair));
  job.jobs = options.jobs;
  job.keep_going = options.keep_going;
  job.output_directory = options.output_directory;
  return job;
}

int write_outcome(const Options& options, const record::Outcome& outcome) {
  cli::put(options.output, outcome, outcome.sandbox, [&] { return human(outcome); });
  return static_cast<int>(outcome.verdict.succeeded() ? ExitCode::ok : ExitCode::no);
}

/// Says on stderr what the status alone does not.
void explain(const record::Verdict& verdict) {
  if (const std::string text = record::explanation(verdict); !text.empty())
    write_all(2, fmt::format("sandbox-exec: {}\n", text), "stderr");
}

int pass_commands(const Place& place, const Job& job) {
  int code = 0;
  for (const life::Request& request : job.commands) {
    const life::PassedThrough passed = life::pass_through(place.target(), request, job.hash);
    explain(passed.outcome.verdict);
    place.log().append(audit::commanded(place.id(), passed.outcome, life::asked(request), passed.digests));
    if (code == 0) code = record::shell_code(passed.outcome.verdict);
    if (code != 0 && !job.keep_going) break;
  }
  return code;
}

/// Several at once cannot share our streams: each one's output follows when all have ended.
int pass_parallel(const Place& place, const Job& job) {
  const record::Outcome outcome = run_recorded(place, job, nullptr);
  for (const record::CommandOutcome& command : outcome.commands) {
    write_all(1, command.out.kept, "stdout");
    write_all(2, command.err.kept, "stderr");
    explain(command.verdict);
  }
  return record::shell_code(outcome.verdict);
}

int pass_detached(const Place& place, const Job& job) {
  for (const life::Request& request : job.commands)
    write_all(1, fmt::format("{}\n", *run_detached(place, request).pid), "stdout");
  return 0;
}

int pass(const Place& place, const Job& job) {
  if (job.jobs > 1 || job.output_directory) return pass_parallel(place, job);
  for (const PutFile& file : job.puts) put(place, file, job.user);
  const bool detach = !job.commands.empty() && job.commands.front().detach;
  const int code = detach ? pass_detached(place, job) : pass_commands(place, job);
  if (code == 0 || job.keep_going)
    for (const GetFile& file : job.gets) get(place, file, job.user);
  return code;
}

/// The sandbox that a record speaks of: itself or the nearest in its chain.
std::string sandbox_of(const Json& record) {
  return record::required(record, record::Sandbox::kSchema, "sandbox", "pipe the output of sandbox-launch into this")
      .get<record::Sandbox>()
      .id;
}

int answer_records(const store::Store& store, audit::Log& log, const Options& options, const Job& job) {
  const cli::Answering how{"no sandbox is named and stdin is a terminal",
                           "sandbox-exec ID -- COMMAND, or pipe records into it", options.output};
  return cli::answer_records(how, [&](const Json& record) {
    if (record::is_failure(record)) return cli::pass_on(record);
    return life::logged_answer(log, options.output, [&] {
      const Place place(store, log, sandbox_of(record));
      return write_outcome(options, run_recorded(place, job, record::as_from(record)));
    });
  });
}

int execute_in(const store::Store& store, audit::Log& log, const Options& options, const Job& job) {
  if (!options.target) return answer_records(store, log, options, job);
  const bool recorded = options.request_file || options.output.format != cli::Format::unset;
  if (!recorded && !options.processes && !options.signal) cli::pass_status_through();
  const Place place(store, log, *options.target);
  if (options.processes) return list_processes(place, options);
  if (options.attach) return attach(place, store, *options.attach);
  if (options.signal) return send_signal(place, options);
  if (recorded) return write_outcome(options, run_recorded(place, job, place.record()));
  return pass(place, job);
}

}  // namespace

int execute(const Options& options) {
  const store::Store store = store::Store::open();
  Job job = job_of(options);  // first: what is wrong with the request is exit 2
  const config::LogSettings settings = config::Config::load().log;
  job.hash = life::hash_for(settings);
  audit::Log log = life::open_log(store, settings);
  return audit::logged(log, [&] { return execute_in(store, log, options, job); });
}

}  // namespace sandbox::tool
