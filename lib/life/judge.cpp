#include "life/judge.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "base/error.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"

namespace sandbox::life {

using record::Reason;
using record::Status;
using record::Verdict;
using wire::Step;

namespace {

ExitCode code_of(const wire::Failed& failed) {
  if (failed.step != Step::program) return ExitCode::failed;
  return failed.error == ENOENT ? ExitCode::not_found : ExitCode::cannot_exec;
}

std::string signal_text(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return name ? fmt::format("SIG{}", name) : fmt::format("signal {}", signal);
}

std::string limit_text(Reason reason) {
  switch (reason) {
    case Reason::memory:
      return "the sandbox's memory limit was hit";
    case Reason::pids:
      return "the sandbox's limit of processes was hit";
    case Reason::disk:
      return "the sandbox's disk limit was hit";
    default:
      return {};
  }
}

Verdict failed_verdict(const wire::Failed& failed, const Request& request) {
  Verdict verdict{Status::failed, Reason::setup, {}, {}, failure_text(failed, subject_of(failed, request))};
  if (failed.step == Step::program) verdict.exit = static_cast<int>(code_of(failed));
  return verdict;
}

std::string hint_for(const wire::Failed& failed) {
  if (failed.step == Step::process) return "sandbox-exec --processes lists them";
  // Other groups than root's are forbidden where there is a single id, and nowhere else.
  if (failed.step == Step::user && failed.error == EPERM) return "the sandbox has a single id: launch it with --ids range";
  return {};
}

}  // namespace

std::string subject_of(const wire::Failed& failed, const Request& request) {
  switch (failed.step) {
    case Step::user:
      return request.user.value_or("the sandbox's user");
    case Step::directory:
      return request.cwd ? fmt::format("{} '{}'", request.cwd_from, *request.cwd) : "the sandbox's working directory";
    default:
      return request.argv.empty() ? std::string() : request.argv.front();
  }
}

std::string failure_text(const wire::Failed& failed, const std::string& subject) {
  const std::string cause = error_text(failed.error);
  switch (failed.step) {
    case Step::request:
      return fmt::format("the agent refused the request for '{}': {}", subject, cause);
    case Step::user:
      return failed.error == ENOENT ? fmt::format("no such user in the sandbox: '{}'", subject)
                                    : fmt::format("cannot become '{}' in the sandbox: {}", subject, cause);
    case Step::directory:
      return fmt::format("cannot enter {} in the sandbox: {}", subject, cause);
    case Step::program:
      return fmt::format("cannot run '{}' in the sandbox: {}", subject, cause);
    case Step::start:
      return fmt::format("cannot start '{}': {}", subject,
                         failed.error == EAGAIN ? "the sandbox has as many commands or processes as it may" : cause);
    case Step::file:
      return fmt::format("cannot copy '{}' in the sandbox: {}", subject, cause);
    case Step::process:
      return fmt::format("no detached process '{}' in the sandbox", subject);
  }
  return fmt::format("the agent failed at '{}': {}", subject, cause);
}

void throw_failed(const wire::Failed& failed, const std::string& subject) {
  throw Error(code_of(failed), failure_text(failed, subject), hint_for(failed));
}

Verdict judge(const CommandEnd& end, const Request& request, const LimitHit& limit_hit) {
  if (end.failed.step != Step{}) return failed_verdict(end.failed, request);
  const wire::Ended& ended = end.ended;
  Verdict verdict;
  if (ended.signal != 0) verdict.signal = ended.signal;
  else verdict.exit = ended.exit_code;
  if (ended.cause == wire::Cause::timeout) {
    verdict.status = Status::killed;
    verdict.reason = Reason::timeout;
    verdict.detail = fmt::format("still running after {}", duration_text(request.timeout.value_or(std::chrono::milliseconds(0))));
    return verdict;
  }
  if (end.output_exceeded && ended.cause == wire::Cause::cancelled) {
    verdict.status = Status::killed;
    verdict.reason = Reason::output;
    verdict.detail = fmt::format("more than {} of output", size_text(request.output_limit.value_or(0)));
    return verdict;
  }
  verdict.status = verdict.signal ? Status::killed : Status::finished;
  verdict.reason = verdict.signal ? Reason::signal : Reason::exit;
  verdict.detail = verdict.signal ? signal_text(ended.signal) : std::string();
  if (verdict.succeeded() || !limit_hit) return verdict;
  if (const auto reason = limit_hit()) {
    verdict.reason = *reason;
    verdict.detail = limit_text(*reason);
  }
  return verdict;
}

record::Usage usage_of(const wire::Ended& ended) {
  record::Usage usage;
  usage.wall_ms = static_cast<double>(ended.wall_us) / 1000;
  usage.cpu_ms = static_cast<double>(ended.user_us + ended.system_us) / 1000;
  usage.peak_bytes = ended.peak_bytes;
  usage.read_bytes = ended.read_bytes;
  usage.written_bytes = ended.written_bytes;
  return usage;
}

}  // namespace sandbox::life
