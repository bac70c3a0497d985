#include "place.hpp"

#include "life/ask.hpp"
#include "store/sandboxes.hpp"

namespace sandbox::tool {

Place::Place(const Session& session, const std::string& id_or_name)
    : session_(session), sandbox_(store::running_sandbox(session.store, id_or_name)) {
  session_.log.concerns(sandbox_.id);
  if (!sandbox_.secrets.empty()) secrets_ = life::LimitWatch(session_.store, sandbox_.id).secrets();
  session_.log.redact(secrets_);
}

Place::Place(const Session& session, life::LaunchRequest request) : session_(session) {
  request.lease = true;
  for (const auto& [name, value] : request.secrets) secrets_.push_back(value);
  session_.log.redact(secrets_);
  lease_.emplace(life::begin_launch(session_.store, session_.config, request));
  sandbox_ = lease_->sandbox();
  session_.log.concerns(sandbox_.id);
}

record::Sandbox Place::finish() { return lease_ ? lease_->finish() : sandbox_; }

Fd Place::connect() const { return life::connect_to(session_.store, sandbox_.id); }

life::Target Place::target() const { return {connect(), secrets_, life::LimitWatch(session_.store, sandbox_.id)}; }

}  // namespace sandbox::tool
