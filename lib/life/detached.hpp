#pragma once
// Detached commands: they stay when their client leaves, and can be listed, followed and
// signalled. Each function takes a connection on which nothing was said yet.
#include <cstdint>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "life/judge.hpp"
#include "life/request.hpp"

namespace sandbox::life {

/// Its pid inside. Throws as pass_through() does.
int start_detached(Fd connection, const Request& request);

struct DetachedProcess {
  int pid = 0;
  bool running = false;
  std::vector<std::string> argv;
};
std::vector<DetachedProcess> list_detached(Fd connection);

void signal_detached(Fd connection, int pid, int signal);

/// Writes what it has written so far and from now on to descriptor 1, until it ends.
record::Verdict follow_detached(Fd connection, int pid, const std::vector<std::string>& secrets);

}  // namespace sandbox::life
