#pragma once
// Failure: why a tree could not be sent or received, and at which path. Freestanding.
#include <cstdint>

#include "wire/path_text.hpp"
#include "wire/tree.hpp"

namespace sandbox::wire {

struct Failure {
  Problem problem = Problem::none;
  int error = 0;  ///< errno; of Problem::special the type of the file
  PathText path;

  explicit operator bool() const { return problem != Problem::none; }
  /// False, so that a walk can end with it. The first one counts.
  bool set(Problem what, int why, const PathText& where) {
    if (problem == Problem::none) {
      problem = what;
      error = why;
      path = where;
    }
    return false;
  }
  ItemHeader header() const {
    return {.item = Item::problem, .flags = static_cast<std::uint8_t>(problem), .mode = static_cast<std::uint32_t>(error)};
  }
};

}  // namespace sandbox::wire
