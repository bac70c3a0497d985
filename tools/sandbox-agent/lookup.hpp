#pragma once
// Looks an account up in the /etc/passwd and /etc/group of the sandbox's own root.
#include <string_view>

#include "passwd.hpp"

namespace sandbox::agent {

/// See find_account(). Files that are missing, larger than 1 MiB or not regular are empty.
bool look_up_account(std::string_view spec, Account& out);

}  // namespace sandbox::agent
