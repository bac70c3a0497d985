#pragma once
// Place: the sandbox in which this call works, and connections to it.
#include "audit/log.hpp"
#include "life/execute.hpp"
#include "record/sandbox.hpp"
#include "store/store.hpp"

namespace sandbox::tool {

class Place {
 public:
  /// By id or name; throws Error(input) when it does not run.
  Place(const store::Store& store, audit::Log& log, std::string_view id_or_name);

  const std::string& id() const { return sandbox_.id; }
  Json record() const { return sandbox_; }
  Fd connect() const;
  life::Target target() const;
  /// The values to redact.
  const std::vector<std::string>& secrets() const { return secrets_; }
  audit::Log& log() const { return log_; }

 private:
  const store::Store& store_;
  audit::Log& log_;
  record::Sandbox sandbox_;
  std::vector<std::string> secrets_;
};

}  // namespace sandbox::tool
