#include "place.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "life/ask.hpp"
#include "store/sandboxes.hpp"

namespace sandbox::tool {

Place::Place(const store::Store& store, audit::Log& log, std::string_view id_or_name)
    : store_(store), log_(log), sandbox_(store::running_sandbox(store, id_or_name)) {
  log.concerns(sandbox_.id);
  if (sandbox_.secrets.empty()) return;
  secrets_ = life::LimitWatch(store, sandbox_.id).secrets();
  log.redact(secrets_);
}

Fd Place::connect() const {
  auto connection = life::dial(store_, sandbox_.id);
  if (!connection)
    throw Error(ExitCode::failed, fmt::format("the sandbox '{}' has just ended", sandbox_.id),
                "sandbox-list --state ended shows how");
  return std::move(*connection);
}

life::Target Place::target() const { return {connect(), secrets_, life::LimitWatch(store_, sandbox_.id)}; }

}  // namespace sandbox::tool
