#pragma once
// Ask: questions to the supervisor of a sandbox, each on a connection of its own.
#include <chrono>
#include <optional>
#include <vector>

#include "base/fd.hpp"
#include "life/alteration.hpp"
#include "life/message.hpp"
#include "record/reaped.hpp"
#include "record/refusal.hpp"
#include "record/sandbox.hpp"
#include "record/usage.hpp"
#include "store/store.hpp"

namespace sandbox::life {

/// Connects to the supervisor's socket. Nothing when nobody listens any more.
std::optional<Fd> dial(const store::Store& store, std::string_view id);

/// The same; throws Error when nobody does.
Fd connect_to(const store::Store& store, std::string_view id);

/// Its answer, with what came beside it; nothing when it ended meanwhile, or does not answer.
std::optional<Message> put_question(const Fd& connection, const Json& question);

/// Throws the failure that an answer is.
void throw_if_failure(const Json& answer);

struct SandboxStatus {
  record::Usage usage;
  std::uint64_t active = 0;  ///< commands and clients now
};

/// Nothing when the sandbox ended meanwhile, or its supervisor does not answer.
std::optional<SandboxStatus> ask_status(const store::Store& store, std::string_view id);

/// What its doors refused, each kind once. Empty, too, when it does not answer.
std::vector<record::Refusal> ask_refusals(const store::Store& store, std::string_view id);

/// SIGTERM to every command, `grace`, then the end. Waits for it. Nothing when it had ended
/// before, or its supervisor died on the way or does not answer.
std::optional<record::Reaped> ask_end(const store::Store& store, std::string_view id,
                                      std::chrono::milliseconds grace, std::string_view how);

/// The same over a connection that exists.
std::optional<record::Reaped> ask_end(const Fd& connection, std::chrono::milliseconds grace, std::string_view how);

/// Its record as it is then, with what became of each change; throws what the supervisor answers.
record::Sandbox ask_change(const store::Store& store, std::string_view id, const Alteration& wanted);

}  // namespace sandbox::life
