#include "place.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "life/ask.hpp"
#include "store/sandboxes.hpp"

namespace sandbox::tool {

Place::Place(const store::Store& store, std::string_view id_or_name)
    : store_(store), sandbox_(store::running_sandbox(store, id_or_name)) {}

Fd Place::connect() const {
  auto connection = life::dial(store_, sandbox_.id);
  if (!connection)
    throw Error(ExitCode::failed, fmt::format("the sandbox '{}' has just ended", sandbox_.id),
                "sandbox-list --state ended shows how");
  return std::move(*connection);
}

std::vector<std::string> Place::secrets() const {
  if (sandbox_.secrets.empty()) return {};
  life::LimitWatch watch(store_, sandbox_.id);
  return watch.secrets();
}

life::Target Place::target() const { return {connect(), secrets(), life::LimitWatch(store_, sandbox_.id)}; }

}  // namespace sandbox::tool
