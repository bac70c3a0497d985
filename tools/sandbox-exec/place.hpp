#pragma once
// Place: the sandbox in which this call works, and connections to it.
#include "life/execute.hpp"
#include "record/sandbox.hpp"
#include "store/store.hpp"

namespace sandbox::tool {

class Place {
 public:
  /// By id or name; throws Error(input) when it does not run.
  Place(const store::Store& store, std::string_view id_or_name);

  const std::string& id() const { return sandbox_.id; }
  Json record() const { return sandbox_; }
  Fd connect() const;
  life::Target target() const;
  /// The values to redact; asks the supervisor only when the sandbox has secrets.
  std::vector<std::string> secrets() const;

 private:
  const store::Store& store_;
  record::Sandbox sandbox_;
};

}  // namespace sandbox::tool
