#pragma once
// Subordinate ids: the ranges of the host's ids that /etc/subuid and /etc/subgid give to a user,
// so that his sandboxes can have more than his own one. See subuid(5).
#include <cstdint>
#include <string>
#include <vector>

namespace sandbox::isolate {

/// Where ids 1…65535 of a sandbox begin on the host; its id 0 is the user himself.
struct SubordinateIds {
  std::uint32_t users = 0;
  std::uint32_t groups = 0;
};

/// What the answer rests on; a test gives the facts of a made-up host.
struct SubordinateFacts {
  std::uint32_t uid = 0;
  std::string passwd, subuid, subgid;  ///< texts of the files; empty: missing
  std::string lack;                    ///< why nobody could map a range here: see newuidmap.hpp
  std::string lack_fix;

  static SubordinateFacts read();
};

/// One for every 65,536 ids that the user has in both files: sandboxes in different places use
/// different ones while they last, then they share. Throws Error(host) with the exact fix when
/// there is none.
std::vector<SubordinateIds> subordinate_ids(const SubordinateFacts& facts);

/// How root gives the user a range that nobody has; empty when he has one, or no name.
std::string subordinate_command(const SubordinateFacts& facts);

}  // namespace sandbox::isolate
