#pragma once
// Workspace: a private copy of a folder of the host in a sandbox, made before anybody uses it.
#include "life/copy_tree.hpp"

namespace sandbox::life {

/// Where it is inside.
inline constexpr const char* kWorkspace = "/workspace";

/// Through the agent, where the host cannot reach the sandbox's files: `connection` is one on which
/// nothing was said yet.
Copied send_workspace(Fd connection, const Path& from);

}  // namespace sandbox::life
