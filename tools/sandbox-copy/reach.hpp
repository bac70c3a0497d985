#pragma once
// Reach: the sandbox that files are copied into or out of, and who copies.
#include <optional>
#include <string>

#include "audit/log.hpp"
#include "base/fd.hpp"
#include "record/sandbox.hpp"
#include "store/store.hpp"

namespace sandbox::tool {

class Reach {
 public:
  /// By id or name; throws Error(input) when it does not run.
  Reach(const store::Store& store, audit::Log& log, const std::string& id_or_name);

  const std::string& id() const { return sandbox_.id; }
  const record::Sandbox& record() const { return sandbox_; }
  Fd connect() const;
  audit::Log& log() const { return log_; }

 private:
  const store::Store& store_;
  audit::Log& log_;
  record::Sandbox sandbox_;
};

/// Throws when a signal asked to stop.
void stop_if_asked();

}  // namespace sandbox::tool
