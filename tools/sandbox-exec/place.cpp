#include "place.hpp"

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

Fd Place::connect() const { return life::connect_to(store_, sandbox_.id); }

life::Target Place::target() const { return {connect(), secrets_, life::LimitWatch(store_, sandbox_.id)}; }

}  // namespace sandbox::tool
