#pragma once
// Story: all records of a pipe, walked along their chains, as the sections of one comment.
#include <vector>

#include "section.hpp"

namespace sandbox::tool {

struct Story {
  bool says_no = false;
  std::string headline;  ///< one line; its words are ours
  Sections sections;     ///< in their order, each told once
};

Story story_of(const std::vector<Json>& records);

}  // namespace sandbox::tool
