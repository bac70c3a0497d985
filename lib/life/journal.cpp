#include "life/journal.hpp"

#include "cli/warn.hpp"

namespace sandbox::life {

audit::Log open_log(const store::Store& store, const config::LogSettings& settings) {
  return audit::Log({store.log(), cli::tool_name(), audit::actor_here(), settings.required, cli::warn});
}

audit::Asked asked(const Request& request) {
  audit::Asked asked{request.user, request.cwd, {}};
  for (const auto& [name, value] : request.env) asked.env.push_back(name);
  return asked;
}

}  // namespace sandbox::life
