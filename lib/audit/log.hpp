#pragma once
// Log: the audit log of a store, append-only JSON Lines. An entry is one write under a lock; it
// holds the digest of the line before, which is read from the end of the file. A log that
// cannot be written never fails the tool, unless the configuration requires it.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "audit/events.hpp"
#include "audit/head.hpp"
#include "base/fd.hpp"
#include "base/file.hpp"
#include "base/redact.hpp"
#include "record/entry.hpp"

namespace sandbox::audit {

/// The user, and whom SANDBOX_ACTOR names.
record::Actor actor_here();

struct Settings {
  Path directory;
  std::string tool;
  record::Actor actor;
  bool required = false;
  std::function<void(const std::string&)> complain = [](const std::string&) {};  ///< told once
};

class Log {
 public:
  explicit Log(Settings settings) : settings_(std::move(settings)) {}

  /// From here on these values are redacted in every entry, too.
  void redact(const std::vector<std::string>& secrets);

  /// Writes one entry; returns the log's head, as records carry it, or nothing when it could
  /// not be written. Throws only when the log is required.
  std::optional<std::string> append(Event event);

  /// For what happens whatever the log says, an end: never throws.
  std::optional<std::string> append_regardless(Event event) noexcept;

  /// On somebody else's behalf.
  std::optional<std::string> append_for(record::Actor actor, Event event);

  /// On whose behalf what follows happens.
  void speaks_for(record::Actor actor) { settings_.actor = std::move(actor); }

  /// What append() returned last.
  const std::optional<std::string>& head() const { return head_; }

  /// The sandbox that failures from here on concern.
  void concerns(std::string sandbox) { sandbox_ = std::move(sandbox); }

  /// The same for the failure of the tool, which says it itself: neither complains nor throws.
  void append_failure(const Error& error) noexcept;

  /// Puts the file aside when it has at least so many bytes; true when it did. Throws.
  bool put_aside(std::uint64_t at_least);

  /// Removes the files that were put aside and last written before then, the oldest first,
  /// and says so in the log before. Returns their names. Throws.
  std::vector<std::string> drop_older_than(std::chrono::system_clock::time_point then);

 private:
  struct Writing {
    Fd lock;
    Fd file;
    std::uint64_t size = 0;
    std::optional<Head> head;
  };
  Writing begin() const;
  void set_torn_aside(Writing& writing, const std::string& torn) const;
  Json draft(Event event) const;
  Head write(Writing& writing, Json draft) const;

  Settings settings_;
  std::vector<std::string> secrets_;
  std::optional<std::string> sandbox_;
  std::optional<std::string> head_;
  bool complained_ = false;
};

/// Does a tool's work; if it fails, that is logged.
template <class Work>
auto logged(Log& log, Work&& work) {
  try {
    return work();
  } catch (const Error& error) {
    log.append_failure(error);
    throw;
  }
}

}  // namespace sandbox::audit
