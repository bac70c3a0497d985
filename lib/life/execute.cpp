#include "life/execute.hpp"

#include "base/error.hpp"

namespace sandbox::life {

std::vector<std::string> secrets_of(Target& target) {
  if (!target.has_secrets) return {};
  if (!target.limits) throw Error(ExitCode::failed, "the secrets of the sandbox cannot be redacted");
  return target.limits->secrets();
}

LimitHit limit_hit_of(Target& target) {
  if (!target.limits) return {};
  return [&target] { return target.limits->hit(); };
}

}  // namespace sandbox::life
