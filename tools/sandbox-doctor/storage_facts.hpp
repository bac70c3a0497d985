#pragma once
// Storage facts: how much room is enough, and whose the directories of a store are.
#include <cstdint>

#include "line.hpp"
#include "store/store.hpp"

namespace sandbox::tool {

struct Room {
  std::uint64_t free_bytes = 0, bytes = 0;
  std::uint64_t free_inodes = 0, inodes = 0;  ///< of 0 inodes there is no end
};

/// The nearest directory above that is there, or the path itself.
Path existing_part(Path path);

DiagnosisLine judge_space(const Room& room);

/// Nothing is made: a store that is not there yet is made by whoever needs it first.
DiagnosisLine judge_store(const store::Store& store);

}  // namespace sandbox::tool
