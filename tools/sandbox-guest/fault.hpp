#pragma once
// Fault: what went wrong inside a machine that starts, as a line for the supervisor.
#include <errno.h>

namespace sandbox::guest {

/// Empty when nothing did; what: a literal.
struct Fault {
  const char* what = nullptr;
  int error = 0;

  explicit operator bool() const { return what != nullptr; }
};

inline Fault fault(const char* what) { return {what, errno}; }

}  // namespace sandbox::guest
