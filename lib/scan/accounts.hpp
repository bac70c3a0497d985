#pragma once
// Accounts: who may become whom inside, by the files that say so.
#include <string_view>
#include <vector>

#include "scan/script.hpp"

namespace sandbox::scan {

/// Whether this file of an image is one of those.
bool is_about_accounts(std::string_view path);

/// Hostile names in a message stay as they are.
std::vector<Doubt> doubts_about_accounts(std::string_view path, std::string_view text);

}  // namespace sandbox::scan
