#pragma once
// User facts: why a user may or may not make namespaces. Distributions say it in different files.
#include <optional>
#include <string>

#include "base/file.hpp"
#include "line.hpp"
#include "trial.hpp"

namespace sandbox::tool {

struct UserFacts {
  unsigned uid = 0;
  std::string clone_allowed;  ///< kernel.unprivileged_userns_clone; empty: no such setting
  std::string apparmor;       ///< kernel.apparmor_restrict_unprivileged_userns
  std::string most;           ///< user.max_user_namespaces

  /// A test has another root.
  static UserFacts read(unsigned uid, const Path& root = "/");
};

DiagnosisLine judge_namespaces(const UserFacts& facts, const Tried& tried);
DiagnosisLine judge_apparmor(const UserFacts& facts, const Tried& namespaces);

}  // namespace sandbox::tool
