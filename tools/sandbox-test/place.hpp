#pragma once
// Place: the sandbox in which tests run: one that runs already, or one of our own that ends
// with this.
#include <optional>
#include <string>
#include <vector>

#include "audit/log.hpp"
#include "base/fd.hpp"
#include "life/execute.hpp"
#include "life/lease.hpp"
#include "record/image.hpp"
#include "store/store.hpp"

namespace sandbox::tool {

/// What the tools of one call share.
struct Session {
  const store::Store& store;
  const config::Config& config;
  audit::Log& log;
};

class Place {
 public:
  /// One that runs; throws Error(input) when it does not.
  Place(const Session& session, const std::string& id_or_name);
  /// One of our own.
  Place(const Session& session, life::LaunchRequest request);

  const record::Sandbox& sandbox() const { return sandbox_; }
  const std::string& id() const { return sandbox_.id; }
  /// One of our own ends; returns its record as it is then.
  record::Sandbox finish();
  bool is_own() const { return lease_.has_value(); }
  const Session& session() const { return session_; }
  audit::Log& log() const { return session_.log; }
  Fd connect() const;
  life::Target target() const;

 private:
  Session session_;
  std::optional<life::Lease> lease_;
  record::Sandbox sandbox_;
  std::vector<std::string> secrets_;
};

}  // namespace sandbox::tool
