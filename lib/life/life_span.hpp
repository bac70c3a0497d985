#pragma once
// LifeSpan: the two times at which a sandbox ends by itself: when its TTL is over, and when it
// was idle for too long.
#include <chrono>
#include <optional>

#include "base/fd.hpp"

namespace sandbox::life {

class LifeSpan {
 public:
  LifeSpan();

  /// From now on; nothing: never.
  void set_ttl(std::optional<std::chrono::milliseconds> ttl);
  /// What is left of it.
  std::optional<std::chrono::milliseconds> ttl_left() const;

  void set_idle(std::optional<std::chrono::milliseconds> idle);
  /// Whether commands run: idleness counts from the last one's end.
  void set_busy(bool busy);

  /// Readable when the time has come.
  const Fd& ttl() const { return ttl_; }
  const Fd& idle() const { return idle_; }

 private:
  Fd ttl_, idle_;
  std::optional<std::chrono::milliseconds> idle_time_;
  bool busy_ = false;
};

}  // namespace sandbox::life
