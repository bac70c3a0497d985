#pragma once
// Said: what a program writes, read to its end. For small programs that answer a question.
#include <initializer_list>
#include <string>

#include "base/child.hpp"

namespace sandbox {

struct Said {
  std::string text;
  Ending ending;
};

/// Runs it; `heard` are those of its descriptors that are read. Throws Error when it cannot be
/// started, or says more than `most` bytes.
Said said_by(Command command, std::size_t most, std::initializer_list<int> heard = {1});

}  // namespace sandbox
