#pragma once
// First access: how long after its launch a sandbox was first used, by each kind of use. What
// nobody uses was launched in vain.
#include "exposition.hpp"
#include "lives.hpp"
#include "record/entry.hpp"

namespace sandbox::tool {

class FirstAccess {
 public:
  FirstAccess(Exposition& exposition, Lives& lives);

  /// `before`: for so long it had been going on when the entry was written.
  void came(const record::Entry& entry, AccessKind kind, std::chrono::milliseconds before = {});

 private:
  Lives& lives_;
  Family& seconds_;
};

}  // namespace sandbox::tool
