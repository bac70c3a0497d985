#pragma once
// Execute: run a command in a sandbox. What sandbox-exec and sandbox-run share.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "audit/events.hpp"
#include "base/fd.hpp"
#include "base/file.hpp"
#include "life/flow.hpp"
#include "life/judge.hpp"
#include "life/limit_watch.hpp"
#include "life/request.hpp"
#include "record/outcome.hpp"

namespace sandbox::life {

/// The sandbox in which a command runs.
struct Target {
  Fd connection;                     ///< to its socket; nothing was said on it yet
  std::vector<std::string> secrets;  ///< values to redact in what the command writes
  std::optional<LimitWatch> limits;  ///< nothing: no limit is named in the verdict
};

struct PassedThrough {
  record::CommandOutcome outcome;  ///< counts what was written, and keeps none of it
  audit::Digests digests;          ///< of what passed, where that was asked for
};

/// The caller's streams are the command's: descriptors 0 (when request.input), 1 and 2;
/// signals reach it, and a terminal is raw meanwhile and restored whatever happens. Throws
/// Error with 126, 127 or 125 when the command could not be started.
PassedThrough pass_through(Target target, const Request& request, PassFlow::Hash hash = PassFlow::Hash::no);

struct Capture {
  std::size_t kept = 1 << 20;         ///< bytes of each stream in the record
  std::optional<Path> output;         ///< all of it goes to output.stdout and output.stderr
  std::optional<std::string> input;   ///< the bytes of its stdin, instead of the caller's
};

/// One command and what became of it; a failure to start is a verdict.
record::CommandOutcome capture(Target target, const Request& request, const Capture& how);

/// Several, at most `jobs` at any moment; `connect` makes each one's target. Unless
/// `keep_going`, none is started after one has failed.
struct Batch {
  std::vector<Request> requests;
  std::vector<Capture> captures;  ///< one for each request
  std::size_t jobs = 1;
  bool keep_going = false;
  /// Called when one has ended, and may take from it what nobody needs later. Whether the next
  /// ones are started; without it, keep_going and the outcome say so.
  std::function<bool(std::size_t number, record::CommandOutcome& outcome)> ended = {};
  std::function<void()> tick = {};  ///< called some times a second meanwhile
};
std::vector<record::CommandOutcome> capture_all(const Batch& batch, const std::function<Target()>& connect);

}  // namespace sandbox::life
