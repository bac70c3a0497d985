#pragma once
// Journal: how clients and supervisors write what they do into the audit log.
#include "audit/log.hpp"
#include "cli/output.hpp"
#include "config/config.hpp"
#include "life/flow.hpp"
#include "life/request.hpp"
#include "store/store.hpp"

namespace sandbox::life {

/// The store's log for a tool that has a stderr to complain on.
audit::Log open_log(const store::Store& store, const config::LogSettings& settings);

/// Whether the log wants a digest of what passes through.
inline PassFlow::Hash hash_for(const config::LogSettings& settings) {
  return settings.output_digest ? PassFlow::Hash::yes : PassFlow::Hash::no;
}

/// What the log keeps of a request beside its argv.
audit::Asked asked(const Request& request);

/// Does the work for one record of a pipe. A failure for which no record can stand fails the whole
/// call, which is logged itself.
template <class Work>
int logged_answer(audit::Log& log, const cli::Output& output, Work&& work) {
  return output.human() || output.quiet ? work() : audit::logged(log, work);
}

}  // namespace sandbox::life
