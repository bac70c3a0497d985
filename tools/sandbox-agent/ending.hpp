#pragma once
// From what wait4(2) says to what a client is told.
#include <sys/resource.h>

#include "wire/frame.hpp"

namespace sandbox::agent {

/// Status and resources; wall time, cause and what was left behind are the caller's.
wire::Ended ended_of(int status, const rusage& usage);

}  // namespace sandbox::agent
