#include "life/ask.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "audit/log.hpp"
#include "base/error.hpp"
#include "life/process.hpp"
#include "record/chain.hpp"
#include "record/failure.hpp"
#include "record/fields.hpp"
#include "store/sandboxes.hpp"

namespace sandbox::life {

std::optional<Fd> dial(const store::Store& store, std::string_view id) {
  const Fd directory(::open(store::sandbox_directory(store, id).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return std::nullopt;
  // Through /proc: the store's path may be longer than the 107 bytes of a socket's.
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = fmt::format("/proc/self/fd/{}/socket", directory.get());
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  Fd socket = checked_fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "cannot make a socket");
  while (::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) < 0) {
    if (errno == EINTR) continue;
    if (errno == ENOENT || errno == ECONNREFUSED) return std::nullopt;
    throw_system_error("cannot connect to the sandbox", id);
  }
  return socket;
}

Fd connect_to(const store::Store& store, std::string_view id) {
  auto connection = dial(store, id);
  if (!connection)
    throw Error(ExitCode::failed, fmt::format("the sandbox '{}' has just ended", id), "sandbox-list --state ended shows how");
  return std::move(*connection);
}

namespace {

using std::chrono::milliseconds;

// A supervisor answers at once, on a stalled host later. One that is stopped does not, and must
// not stall the others: whether it is, is looked at now and then.
constexpr milliseconds kPatience{30'000};
constexpr milliseconds kPatienceWithAnEnd{70'000};
constexpr milliseconds kLook{1000};

bool is_stopped_behind(const Fd& connection) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(connection.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && is_stopped(peer.pid);
}

bool await_answer(const Fd& connection, milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd waiting{connection.get(), POLLIN, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::min(left, kLook).count()));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) throw_system_error("cannot wait for an answer");
    if (ready == 0 && is_stopped_behind(connection)) return false;
  }
}

void be_patient(const Fd& connection, milliseconds patience) {
  const timeval limit{patience.count() / 1000, patience.count() % 1000 * 1000};
  for (const int option : {SO_RCVTIMEO, SO_SNDTIMEO})
    if (::setsockopt(connection.get(), SOL_SOCKET, option, &limit, sizeof limit) < 0)
      throw_system_error("cannot limit the time of an answer");
}

std::optional<Message> converse(const Fd& connection, const Json& question, milliseconds patience) {
  try {
    be_patient(connection, patience);
    send_message(connection, question);
    return await_answer(connection, patience) ? receive_message(connection) : std::nullopt;
  } catch (const Error&) {
    return std::nullopt;  // it ended while we spoke, or is deaf: the same as not being there
  }
}

std::optional<Json> ask(const Fd& connection, const Json& question, milliseconds patience) {
  auto answer = converse(connection, question, patience);
  return answer ? std::optional(std::move(answer->json)) : std::nullopt;
}

}  // namespace

std::optional<Message> put_question(const Fd& connection, const Json& question) { return converse(connection, question, kPatience); }

void throw_if_failure(const Json& answer) {
  if (!record::is_failure(answer)) return;
  const auto failure = answer.get<record::Failure>();
  throw Error(static_cast<ExitCode>(failure.code), failure.message, failure.hint);
}

std::optional<SandboxStatus> ask_status(const store::Store& store, std::string_view id) {
  const auto connection = dial(store, id);
  const auto answer = connection ? ask(*connection, {{"ask", "status"}}, kPatience) : std::nullopt;
  if (!answer) return std::nullopt;
  return SandboxStatus{record::field<record::Usage>(*answer, "usage"), record::field<std::uint64_t>(*answer, "active")};
}

std::vector<record::Refusal> ask_refusals(const store::Store& store, std::string_view id) {
  const auto connection = dial(store, id);
  const auto answer = connection ? ask(*connection, {{"ask", "refusals"}}, kPatience) : std::nullopt;
  return answer ? record::field<std::vector<record::Refusal>>(*answer, "refusals") : std::vector<record::Refusal>();
}

std::optional<record::Reaped> ask_end(const Fd& connection, std::chrono::milliseconds grace, std::string_view how) {
  const auto answer = ask(connection, {{"ask", "end"}, {"grace_ms", grace.count()}, {"how", how}, {"actor", audit::actor_here()}},
                          grace + kPatienceWithAnEnd);
  return answer ? std::optional(answer->get<record::Reaped>()) : std::nullopt;
}

std::optional<record::Reaped> ask_end(const store::Store& store, std::string_view id, std::chrono::milliseconds grace,
                                      std::string_view how) {
  const auto connection = dial(store, id);
  return connection ? ask_end(*connection, grace, how) : std::nullopt;
}

record::Sandbox ask_change(const store::Store& store, std::string_view id, const Alteration& wanted) {
  const auto connection = dial(store, id);
  const auto answer =
      connection ? ask(*connection, {{"ask", "change"}, {"alteration", wanted}, {"actor", audit::actor_here()}}, kPatienceWithAnEnd) : std::nullopt;
  if (!answer) throw Error(ExitCode::failed, fmt::format("the supervisor of '{}' does not answer", id));
  throw_if_failure(*answer);
  auto changed = answer->get<record::Sandbox>();
  if (!changed.changes) throw Error(ExitCode::failed, fmt::format("the supervisor of '{}' does not say what became of it", id));
  return changed;
}

}  // namespace sandbox::life
