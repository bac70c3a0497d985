#include "isolate/landlock.hpp"

#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

#include "base/error.hpp"
#include "base/fd.hpp"

namespace sandbox::isolate {

namespace {

// Fields and values of interface 6 (Linux 6.12); the headers of older systems lack them.
struct RulesetAttributes {
  std::uint64_t handled_access_fs;
  std::uint64_t handled_access_net;
  std::uint64_t scoped;
};
constexpr std::uint64_t kScopeAbstractSocket = 1;
constexpr std::uint64_t kScopeSignal = 2;

}  // namespace

int landlock_version() {
  const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return version < 0 ? 0 : static_cast<int>(version);
}

bool apply_landlock() {
  const int version = landlock_version();
  if (version == 0) return false;
  // Handled and allowed nowhere: refused everywhere.
  RulesetAttributes attributes{LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK, 0,
                               version >= 6 ? kScopeAbstractSocket | kScopeSignal : 0};
  const std::size_t size = version >= 6 ? sizeof attributes : version >= 4 ? 16 : 8;
  const Fd ruleset = checked_fd(
      static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, size, 0)), "cannot create landlock rules");
  if (::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) < 0)
    throw_system_error("cannot apply landlock rules", {}, ExitCode::host);
  return true;
}

}  // namespace sandbox::isolate
