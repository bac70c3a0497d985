#include "isolate/landlock.hpp"

#include <fcntl.h>
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
#ifndef LANDLOCK_ACCESS_FS_REFER
#define LANDLOCK_ACCESS_FS_REFER (1ULL << 13)  // interface 2 (Linux 5.19)
#endif
constexpr std::uint64_t kScopeAbstractSocket = 1;
constexpr std::uint64_t kScopeSignal = 2;

/// Every ruleset refuses links and renames from folder to folder (EXDEV) unless it allows them.
void allow_moves(const Fd& ruleset) {
  const Fd root = checked_fd(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), "cannot open", "/");
  const landlock_path_beneath_attr rule{LANDLOCK_ACCESS_FS_REFER, root.get()};
  if (::syscall(SYS_landlock_add_rule, ruleset.get(), LANDLOCK_RULE_PATH_BENEATH, &rule, 0) < 0)
    throw_system_error("cannot add a landlock rule", {}, HostCheck::landlock);
}

}  // namespace

int landlock_version() {
  const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return version < 2 ? 0 : static_cast<int>(version);
}

bool apply_landlock() {
  const int version = landlock_version();
  if (version == 0) return false;
  // Handled and allowed nowhere: refused everywhere; but moves are allowed in the whole root.
  RulesetAttributes attributes{LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_REFER, 0,
                               version >= 6 ? kScopeAbstractSocket | kScopeSignal : 0};
  const std::size_t size = version >= 6 ? sizeof attributes : version >= 4 ? 16 : 8;
  const Fd ruleset = checked_fd(
      static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, size, 0)), "cannot create landlock rules");
  allow_moves(ruleset);
  if (::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) < 0)
    throw_system_error("cannot apply landlock rules", {}, HostCheck::landlock);
  return true;
}

}  // namespace sandbox::isolate
