#pragma once
// UserScope: a cgroup of our own from the user's systemd. It is a transient scope with
// Delegate=yes: systemd hands it to the user with the controllers that he may have, leaves what
// is below alone, and removes it all when it is empty. Asked for over systemd's private socket,
// as systemctl --user does: no bus and no library is needed.
#include <cstdint>
#include <optional>
#include <string>

#include "base/file.hpp"

namespace sandbox::isolate {

/// Where the systemd of this user listens, if one runs.
Path user_systemd_socket(unsigned uid);

enum class ScopeAnswer { entered, nobody_listens, refused };
struct Scope {
  ScopeAnswer answer = ScopeAnswer::nobody_listens;
  std::string reason;  ///< refused: why
};

/// Moves the process into a new scope called `unit`, and returns when it is there.
Scope enter_user_scope(const Path& socket, const std::string& unit, std::uint32_t pid);

}  // namespace sandbox::isolate
