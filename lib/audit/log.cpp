#include "audit/log.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "audit/files.hpp"
#include "audit/shape.hpp"
#include "audit/tail.hpp"
#include "base/clock.hpp"
#include "base/lock.hpp"
#include "digest/sha256.hpp"

namespace sandbox::audit {

namespace {

/// A file at the limit of sizes would end us with a signal instead of an errno.
class SizeSignalIgnored {
 public:
  SizeSignalIgnored() {
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGXFSZ, &ignore, &before_);
  }
  SizeSignalIgnored(const SizeSignalIgnored&) = delete;
  ~SizeSignalIgnored() { ::sigaction(SIGXFSZ, &before_, nullptr); }

 private:
  struct sigaction before_ {};
};

ssize_t write_once(const Fd& file, std::string_view bytes) {
  const SizeSignalIgnored ignored;
  for (;;) {
    const ssize_t n = ::write(file.get(), bytes.data(), bytes.size());
    if (n >= 0 || errno != EINTR) return n;
  }
}

/// Nothing when somebody holds it for too long.
std::optional<Fd> lock_in(const Path& directory) {
  constexpr std::chrono::milliseconds kPatience{2000};  // a holder needs microseconds, unless it was stopped
  try {
    return lock_file_within(directory / kLockName, kPatience);
  } catch (const Error&) {
    if (::mkdir(directory.c_str(), 0700) < 0 && errno != EEXIST) throw;  // no want of a directory
  }
  return lock_file_within(directory / kLockName, kPatience);
}

}  // namespace

record::Actor actor_here() {
  record::Actor actor{::getuid(), {}};
  if (const char* name = std::getenv("SANDBOX_ACTOR"); name && *name) actor.name = name;
  return actor;
}

void Log::redact(const std::vector<std::string>& secrets) {
  secrets_.insert(secrets_.end(), secrets.begin(), secrets.end());
}

std::optional<std::string> Log::append(Event event) {
  try {
    Json entry = draft(std::move(event));
    Writing writing = begin();
    return head_ = write(writing, std::move(entry)).text();
  } catch (const std::exception& error) {
    head_ = std::nullopt;
    const std::string problem = fmt::format("cannot write the log: {}", error.what());
    if (settings_.required) throw Error(ExitCode::failed, problem, "log.required is set; see sandbox-config(5)");
    if (!std::exchange(complained_, true)) settings_.complain(problem + "; what happens is not logged");
    return std::nullopt;
  }
}

std::optional<std::string> Log::append_regardless(Event event) noexcept {
  try {
    return append(std::move(event));
  } catch (const std::exception&) {
    return std::nullopt;  // the record of the end has no head then
  }
}

std::optional<std::string> Log::append_for(record::Actor actor, Event event) {
  std::swap(settings_.actor, actor);
  try {
    auto head = append(std::move(event));
    std::swap(settings_.actor, actor);
    return head;
  } catch (...) {
    std::swap(settings_.actor, actor);
    throw;
  }
}

void Log::append_failure(const Error& error) noexcept {
  try {
    Json entry = draft(failed(error, sandbox_));
    Writing writing = begin();
    write(writing, std::move(entry));
  } catch (const std::exception&) {
    // The tool fails anyway and says why; a second line would hide the first.
  }
}

/// Everything between the lock and the write. A line that was never finished goes first.
Log::Writing Log::begin() const {
  const Path& directory = settings_.directory;
  auto lock = lock_in(directory);
  if (!lock) throw Error(ExitCode::later, fmt::format("somebody holds '{}'", (directory / kLockName).native()));
  const Path path = directory / kCurrentName;
  Writing writing{std::move(*lock),
                  checked_fd(::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600),
                             "cannot open", path.native()),
                  0,
                  {}};
  Tail tail = read_tail(writing.file.get(), path.native());
  writing.size = tail.whole_bytes;
  writing.head = tail.head ? std::move(tail.head) : head_of_last_put_aside(directory);
  if (!tail.torn.empty()) set_torn_aside(writing, tail.torn);
  return writing;
}

/// First a copy, then the cut, then the entry: a crash in between only repeats it.
void Log::set_torn_aside(Writing& writing, const std::string& torn) const {
  const std::string digest = digest::sha256_hex(torn);
  const std::string name = fmt::format("torn-{}-{}", writing.head ? writing.head->number + 1 : 1, digest.substr(0, 12));
  replace_file(settings_.directory / name, torn);
  if (::ftruncate(writing.file.get(), static_cast<off_t>(writing.size)) < 0)
    throw_system_error("cannot cut a torn line off", kCurrentName);
  write(writing, draft({"torn", {}, {{"file", name}, {"bytes", torn.size()}, {"sha256", digest}}}));
}

/// All of an entry but its place in the chain, made before the lock is taken.
Json Log::draft(Event event) const {
  record::Entry entry;
  entry.kind = std::move(event.kind);
  entry.sandbox = std::move(event.sandbox);
  entry.actor = settings_.actor;
  entry.source = {settings_.tool, ::getpid()};
  audit::redact(event.body, Redactor(secrets_));
  entry.shortened = shorten(event.body);
  if (entry.actor.name) entry.actor.name = entry.actor.name->substr(0, 1024);
  Json draft = entry;
  draft["event"] = std::move(event.body);
  return draft;
}

Head Log::write(Writing& writing, Json draft) const {
  draft["number"] = writing.head ? writing.head->number + 1 : 1;
  draft["time"] = rfc3339(wall_now());
  if (writing.head) draft["previous"] = writing.head->digest;
  std::string line = record::dump(draft);
  if (line.size() >= kMaxLine) {
    draft["event"] = Json::object();
    draft["shortened"] = true;
    line = record::dump(draft);
  }
  Head head{writing.head ? writing.head->number + 1 : 1, digest::sha256_hex(line)};
  line += '\n';
  const ssize_t n = write_once(writing.file, line);
  if (n != static_cast<ssize_t>(line.size())) {
    const int error = n < 0 ? errno : ENOSPC;
    // What was written of it goes again; if even that fails, the next writer finds a torn line.
    [[maybe_unused]] const int ignored = ::ftruncate(writing.file.get(), static_cast<off_t>(writing.size));
    errno = error;
    throw_system_error("cannot write", (settings_.directory / kCurrentName).native());
  }
  writing.size += line.size();
  writing.head = head;
  return head;
}

}  // namespace sandbox::audit
