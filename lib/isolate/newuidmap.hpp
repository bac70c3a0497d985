#pragma once
// Newuidmap(1) and newgidmap(1): the set-user-id programs that write the id maps which
// a user may have but not write.
#include <sys/types.h>

#include <string>

namespace sandbox::isolate {

struct MappingPrograms {
  std::string uids, gids;  ///< paths
  std::string lack;        ///< why they are of no use here; empty: they are
  std::string fix;
};

MappingPrograms find_mapping_programs();

struct SubordinateIds;

/// Ids 0 and 1…65535 of `child`, in a user namespace without a map, become the caller's and the
/// subordinate ones. Two programs are started: 2 ms. Throws Error(host) with what they say.
void map_by_programs(pid_t child, const SubordinateIds& ids);

}  // namespace sandbox::isolate
