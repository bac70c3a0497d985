#pragma once
// Who a command runs as, read from the texts of the image's /etc/passwd and /etc/group. Both
// were written by whoever is inside: lines that are not exactly right do not exist.
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sandbox::agent {

inline constexpr std::size_t kMaxGroups = 64;

struct Account {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint32_t groups[kMaxGroups] = {};  ///< supplementary
  std::size_t group_count = 0;
  char name[64] = "root";
  char home[256] = "/root";

  bool is_root() const { return uid == 0; }
};

/// `spec` is NAME, UID, NAME:GROUP or UID:GID. root and numbers need no file; a number that
/// the file does not know gets the group of the same number and the home "/". With a group in
/// `spec` there are no supplementary ones. False: no such user or group.
bool find_account(std::string_view spec, std::string_view passwd, std::string_view group,
                  Account& out);

}  // namespace sandbox::agent
