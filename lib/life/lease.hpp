#pragma once
// Lease: a sandbox that lives as long as this does: as the channel to its supervisor. If we
// are killed, the kernel closes it.
#include <optional>

#include "life/launch.hpp"

namespace sandbox::life {

class Lease {
 public:
  /// The request must have asked for one.
  explicit Lease(Launching launching) : launching_(std::move(launching)) {}
  Lease(Lease&&) = delete;
  ~Lease() { end(); }

  /// Waits for it; throws what the launch throws.
  const record::Sandbox& sandbox();

  /// Gives the lease back and waits until nothing is left.
  void end() noexcept;

  /// The same; returns its record, which says that it has ended.
  record::Sandbox finish();

 private:
  std::optional<Launching> launching_;
  Launched launched_;
};

}  // namespace sandbox::life
