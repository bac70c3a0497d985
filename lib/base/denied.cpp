#include "base/denied.hpp"

#include <cerrno>

namespace sandbox {

bool is_full(int error) noexcept { return error == ENOSPC || error == EDQUOT; }

ExitCode code_of(int error) noexcept {
  const bool denied = is_full(error) || error == EROFS || error == EACCES || error == EPERM;
  return denied ? ExitCode::host : ExitCode::failed;
}

}  // namespace sandbox
