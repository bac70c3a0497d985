#pragma once
// Within: something done in the user and network namespaces of another process, by a child that
// goes there and does not come back. The caller has one thread.
#include <sys/types.h>

#include <functional>

#include "base/fd.hpp"

namespace sandbox::doors {

/// The child; dropping it waits for its end. What it does must not throw.
class InChild {
 public:
  explicit InChild(const std::function<void()>& act);
  InChild(const InChild&) = delete;
  ~InChild();

 private:
  pid_t child_;
};

/// For good. Throws Error.
void enter_network(const Fd& process);

}  // namespace sandbox::doors
