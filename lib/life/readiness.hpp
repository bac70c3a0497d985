#pragma once
// Readiness: what a sandbox that is up has to wait for before its launch is done: its services, which go on
// to be looked after, and servers that listen on its ports.
#include <optional>

#include "base/error.hpp"
#include "life/owned_sandbox.hpp"

namespace sandbox::life {

class Readiness {
 public:
  explicit Readiness(OwnedSandbox& owned) : owned_(owned) {}

  /// Whether wait() is needed: services wait on many descriptors that come and go.
  bool is_at_work() const { return owned_.services || owned_.awaited; }

  /// Waits for them and for `others` together, and does what is due. -1 is without end.
  void wait(const Fd& others, int wait_ms);

  /// Nothing is waited for any more; then ports are no longer asked about.
  bool is_reached();
  /// Why it never will be.
  std::optional<Error> trouble() const;

 private:
  void note_services();

  OwnedSandbox& owned_;
};

}  // namespace sandbox::life
