#pragma once
// Visitors: the supervisor's side of its socket. Each connection says first what it is for;
// until then, and while it asks, it is read without ever blocking.
#include <list>
#include <optional>
#include <string>

#include "base/fd.hpp"
#include "record/json.hpp"
#include "wire/frame.hpp"

namespace sandbox::life {

/// One connection and what has come over it so far.
class Visitor {
 public:
  explicit Visitor(Fd connection) : connection_(std::move(connection)) {}

  enum class Wants { unknown, agent, answer, gone };
  /// Reads what is there. `agent`: hand the connection over, not a byte too many was read.
  /// `answer`: question() holds a JSON object. `gone`: closed, or speaks nonsense.
  Wants read();

  const Json& question() const { return question_; }
  const Fd& connection() const { return connection_; }

 private:
  Wants read_header();
  Wants read_payload();
  Fd connection_;
  std::string received_;
  wire::Header header_;
  bool has_header_ = false;
  Json question_;
};

/// The socket `directory`/socket, listening; only its owner can reach it (0700 above it).
Fd listen_in(const Fd& directory);

/// Accepts one connection of our own user (or root); nothing when there is none or it is a
/// stranger's.
std::optional<Fd> accept_own(const Fd& listener);

}  // namespace sandbox::life
