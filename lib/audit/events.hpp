#pragma once
// Events: what is worth an entry, made from the records that the tools have anyway. A new kind
// is a function here, a word in record/entry.hpp, its fields in schema/entry.json and in
// sandbox-record(7).
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "record/doors.hpp"
#include "record/image.hpp"
#include "record/outcome.hpp"
#include "record/port.hpp"
#include "record/reaped.hpp"
#include "record/refusal.hpp"
#include "record/sandbox.hpp"

namespace sandbox::audit {

struct Event {
  std::string kind;
  std::optional<std::string> sandbox;
  Json body;
};

Event built(const record::Image& image);
/// An image of what a sandbox wrote.
Event snapshot_made(const record::Image& image);
Event launched(const record::Sandbox& sandbox);
/// A service that has ended in a bad way and is not started again.
Event service_died(const std::string& sandbox, const std::string& name, const std::string& cause);

/// With the stages of its launch, which nobody knows yet when that is written down.
Event ended(const record::Reaped& reaped, const std::map<std::string, double>& launch_timings_ms = {});
Event failed(const Error& error, std::optional<std::string> sandbox = {});

/// How a command was asked for, beside its argv.
struct Asked {
  std::optional<std::string> user, cwd;
  std::vector<std::string> env;  ///< names
};

/// SHA-256 of what it wrote, where anybody looked at it.
struct Digests {
  std::optional<std::string> out, err;
};
Digests digests_of_kept(const record::CommandOutcome& outcome);

Event commanded(const std::string& sandbox, const record::CommandOutcome& outcome, const Asked& asked, const Digests& digests);

/// The command of a build's step: where its recipe has it, and what it calls it.
struct StepPlace {
  std::string recipe, at, title;
};
Event step_commanded(const std::string& sandbox, const record::CommandOutcome& outcome, const Asked& asked,
                     const Digests& digests, const StepPlace& step);

/// A sandbox that runs was to be changed, and what became of it; `doors` as they were asked for.
Event changed(const std::string& sandbox, Json doors, const std::vector<record::Altered>& changes);

/// Something was wanted of the network and not given, so often up to now.
Event refused(const std::string& sandbox, const record::Refusal& refusal, std::uint64_t times);
/// What went through a door in a sandbox's life.
Event passed(const std::string& sandbox, const record::Passage& passage);

/// Somebody came to a port.
Event accessed(const std::string& sandbox, const record::Access& access);
/// Who came to it in a sandbox's life.
Event used(const std::string& sandbox, const record::PortUse& use);

enum class Direction { in, out };
Event copied(const std::string& sandbox, Direction direction, const std::string& path,
             std::optional<std::uint64_t> bytes);

}  // namespace sandbox::audit
