#pragma once
// Quota events: the kernel says when a limit of project quota has stopped somebody, to whoever
// listens (generic netlink, family VFS_DQUOT). So a full disk is known of even if the program
// that filled it has emptied it again. Nothing is said outside of the first network namespace.
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/fd.hpp"

namespace sandbox::isolate {

/// What a netlink message says about a quota.
struct QuotaEvent {
  std::uint32_t type = 0;     ///< PRJQUOTA
  std::uint64_t id = 0;       ///< the project
  std::uint32_t warning = 0;  ///< QUOTA_NL_*
  dev_t device = 0;

  /// Somebody was refused space or an inode.
  bool is_refusal() const;
};
std::optional<QuotaEvent> parse_quota_event(std::string_view message);

/// How a generic netlink family is called by number, and one of its groups.
struct NetlinkGroup {
  std::uint16_t family = 0;
  std::uint32_t group = 0;
};
std::optional<NetlinkGroup> parse_family(std::string_view message, std::string_view group);

class QuotaEvents {
 public:
  /// About one project on one device. Nothing where the kernel tells nobody.
  static std::optional<QuotaEvents> listen(std::uint32_t project, dev_t device);

  /// How often its limits stopped somebody since the last call; so often at least.
  std::uint64_t take();

 private:
  QuotaEvents(Fd socket, std::uint32_t project, dev_t device)
      : socket_(std::move(socket)), project_(project), device_(device) {}
  Fd socket_;
  std::uint32_t project_;
  dev_t device_;
};

}  // namespace sandbox::isolate
