#pragma once
// Place: a store of a test's own, named by SANDBOX_STORE as long as the test runs.
#include "scratch.hpp"

namespace sandbox::test {

class Place {
 public:
  Place() : scratch_(scratch()) { ::setenv("SANDBOX_STORE", path().c_str(), 1); }
  ~Place() { ::unsetenv("SANDBOX_STORE"); }
  Path path() const { return scratch_.path() / "store"; }

 private:
  TempDir scratch_;
};

}  // namespace sandbox::test
