#include "copy.hpp"

#include <fmt/format.h>

#include "archive_in.hpp"
#include "archive_out.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "cli/answer.hpp"
#include "get.hpp"
#include "life/journal.hpp"
#include "progress.hpp"
#include "put.hpp"
#include "record/chain.hpp"
#include "record/copied.hpp"
#include "record/failure.hpp"
#include "record/misfit.hpp"

namespace sandbox::tool {

namespace {

/// What is copied where to, checked.
struct Job {
  std::vector<Operand> sources;
  Operand target;
  bool is_in = false;
  std::optional<std::string> sandbox;  ///< nothing: the records on stdin name it
};

const Operand& inside_of(const Job& job) { return job.is_in ? job.target : job.sources.front(); }

bool is_archive(const Operand& operand) { return operand.kind == Operand::Kind::archive; }

void check_archives(const Job& job) {
  for (const Operand& source : job.sources)
    if (is_archive(source) && job.sources.size() > 1)
      throw Error(ExitCode::input, "an archive and other sources", "call it once for each");
}

Job job_of(const Options& options) {
  const std::string usage = "sandbox-copy LOCAL... SANDBOX:PATH, or sandbox-copy SANDBOX:PATH... LOCAL";
  if (options.operands.size() < 2) throw Error(ExitCode::input, "not both a source and a target are given", usage);
  Job job;
  for (const std::string& text : options.operands) job.sources.push_back(parse_operand(text));
  job.target = std::move(job.sources.back());
  job.sources.pop_back();
  job.is_in = job.target.is_inside();
  for (const Operand& source : job.sources) {
    if (source.is_inside() == job.is_in)
      throw Error(ExitCode::input, job.is_in ? "both ends are in a sandbox" : "both ends are here", usage);
    if (!job.is_in && source.sandbox != job.sources.front().sandbox)
      throw Error(ExitCode::input, "the sources are in different sandboxes", "call it once for each");
  }
  check_archives(job);
  job.sandbox = inside_of(job).sandbox;
  if (!job.sandbox && job.is_in && is_archive(job.sources.front()))
    throw Error(ExitCode::input, "stdin cannot hold both the records and an archive", "name the sandbox");
  return job;
}

std::string human(const record::Copied& copied) {
  return fmt::format("{}  {}: {} files, {}\n", copied.sandbox, copied.direction, copied.files, size_text(copied.bytes));
}

record::Copied described(const Job& job, const std::string& sandbox) {
  record::Copied copied;
  copied.sandbox = sandbox;
  copied.direction = job.is_in ? "in" : "out";
  for (const Operand& source : job.sources) copied.sources.push_back(source.is_inside() ? source.path : source.given);
  copied.target = job.is_in ? job.target.path : job.target.given;
  return copied;
}

/// One entry for each path inside: its bytes are known only where it is the only one.
void log(const Reach& reach, const Job& job, const life::Copied& done) {
  const auto direction = job.is_in ? audit::Direction::in : audit::Direction::out;
  if (job.is_in) return (void)reach.log().append(audit::copied(reach.id(), direction, job.target.path, done.bytes));
  const std::optional<std::uint64_t> bytes = job.sources.size() == 1 ? std::optional(done.bytes) : std::nullopt;
  for (const Operand& source : job.sources) reach.log().append(audit::copied(reach.id(), direction, source.path, bytes));
}

life::Copied carry_out(const Reach& reach, const Options& options, const Job& job) {
  const GetOptions getting{options.user, options.limit};
  Progress progress(options.output.quiet);
  if (job.is_in && is_archive(job.sources.front())) return put_archive(reach, job.target, options.user, progress);
  if (job.is_in) return put(reach, job.sources, job.target, options.user, progress);
  if (is_archive(job.target)) return get_archive(reach, job.sources, getting, progress);
  return get(reach, job.sources, job.target, getting, progress);
}

int copy_one(const store::Store& store, audit::Log& audit_log, const Options& options, const Job& job, const std::string& sandbox,
             const Json& from) {
  const Reach reach(store, audit_log, sandbox);
  const Stopwatch watch;
  record::Copied copied = described(job, reach.id());
  const life::Copied done = carry_out(reach, options, job);
  copied.files = done.files;
  copied.bytes = done.bytes;
  copied.wall_ms = watch.elapsed_ms();
  copied.from = from.is_null() ? Json(reach.record()) : from;
  log(reach, job, done);
  if (is_archive(job.target)) return 0;  // stdout has it
  cli::put(options.output, copied, copied.sandbox, [&] { return human(copied); });
  return 0;
}

int copy_for_records(const store::Store& store, audit::Log& audit_log, const Options& options, const Job& job) {
  const cli::Answering how{"no sandbox is named and stdin is a terminal",
                           "sandbox-copy LOCAL SANDBOX:PATH, or pipe records into it", options.output};
  return cli::answer_records(how, [&](const Json& record) {
    if (record::is_failure(record)) return cli::pass_on(record);
    return life::logged_answer(audit_log, options.output, [&] {
      const auto& found = record::required(record, record::Sandbox::kSchema, "sandbox", "pipe the output of sandbox-launch into this");
      return copy_one(store, audit_log, options, job, found.get<record::Sandbox>().id, record::as_from(record));
    });
  });
}

}  // namespace

int copy(const Options& options) {
  const Job job = job_of(options);
  const store::Store store = store::Store::open();
  audit::Log audit_log = life::open_log(store, config::Config::load().log);
  return audit::logged(audit_log, [&] {
    if (!job.sandbox) return copy_for_records(store, audit_log, options, job);
    return copy_one(store, audit_log, options, job, *job.sandbox, nullptr);
  });
}

}  // namespace sandbox::tool
