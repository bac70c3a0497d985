#pragma once
// Human: an entry as a line for people. Everything from outside is made visible.
#include <string>

#include "record/entry.hpp"

namespace sandbox::tool {

/// With its newline.
std::string human(const record::Entry& entry);

/// What the event says, without time and actor.
std::string summary(const record::Entry& entry);

}  // namespace sandbox::tool
