#pragma once
// Workspace: a private copy of a folder of the host in a sandbox, made before anybody uses it.
#include "base/clock.hpp"
#include "base/fd.hpp"
#include "base/file.hpp"

namespace sandbox::life {

/// Where it is inside.
inline constexpr const char* kWorkspace = "/workspace";

/// Through the agent, where the host cannot reach the sandbox's files: `connection` is one on which
/// nothing was said yet. Returns the time, by the sandbox's clock, that is between the copy and all changes of it.
WallTime send_workspace(Fd connection, const Path& from);

}  // namespace sandbox::life
