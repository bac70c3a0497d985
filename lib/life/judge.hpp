#pragma once
// Judge: from what the agent says about the end of a command to a verdict that names which
// limit ended it.
#include <functional>
#include <optional>

#include "life/request.hpp"
#include "record/usage.hpp"
#include "record/verdict.hpp"
#include "wire/frame.hpp"

namespace sandbox::life {

/// Which limit of the sandbox was hit since the command began: memory, pids or disk. Asked
/// only when a command failed, because the answer costs a question to the supervisor.
using LimitHit = std::function<std::optional<record::Reason>()>;

struct CommandEnd {
  wire::Ended ended{};
  wire::Failed failed{};         ///< step 0: it ran
  bool output_exceeded = false;  ///< we ended it for that
};

record::Verdict judge(const CommandEnd& end, const Request& request, const LimitHit& limit_hit);
record::Usage usage_of(const wire::Ended& ended);

/// The Error for a command that could not be started, with the exit code of exec and run.
[[noreturn]] void throw_failed(const wire::Failed& failed, const std::string& subject);

/// "cannot find 'x' in the sandbox" and the like.
std::string failure_text(const wire::Failed& failed, const std::string& subject);

/// What the message about a failure of this request should name.
std::string subject_of(const wire::Failed& failed, const Request& request);

}  // namespace sandbox::life
