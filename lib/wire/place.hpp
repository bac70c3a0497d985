#pragma once
// Place: from a path that somebody gave to a folder and a name in it, by the rules of cp(1).
// Links in such a path are followed: whoever gave it meant what is there. Freestanding.
#include "wire/handle.hpp"
#include "wire/tree.hpp"

namespace sandbox::wire {

struct Place {
  Handle directory;
  const char* name = nullptr;  ///< in the path that was given; nothing: what is in the directory, or goes into it
};

/// "a/b": b in a. "a/b/.", "." and "/": what is in it. "a/b/" is a/b, with a link followed.
/// `text` is changed, and must live as long as the place.
int open_source(char* text, Place& out);

enum class Missing { is_error, is_made };

/// Without `into`: an existing folder takes what comes by its own names; else what comes gets the
/// last name of the path.
int open_destination(char* text, bool into, Missing missing, Place& out);

}  // namespace sandbox::wire
