#include "refusals.hpp"

#include <unistd.h>

#include <algorithm>

#include "base/clock.hpp"
#include "record/refusal.hpp"

namespace sandbox::doorman {

bool Refusals::may_write() {
  const Clock::time_point now = Clock::now();
  tokens_ = std::min(kBurst, tokens_ + std::chrono::duration<double>(now - filled_).count() * kPerSecond);
  filled_ = now;
  if (tokens_ < 1 || written_ >= kMostBytes) return false;
  tokens_ -= 1;
  return true;
}

void Refusals::add(const Wanted& wanted, const char* reason, const std::string& text, std::optional<std::string> allow) {
  if (!may_write()) {
    ++unsaid_;
    return;
  }
  record::Refusal refusal{rfc3339(wall_now()), wanted.name, wanted.port, reason, text, std::move(allow), unsaid_, nullptr};
  const std::string line = record::dump(refusal) + "\n";
  // A log that is full or gone must not shut the doors that are open.
  if (::write(log_.get(), line.data(), line.size()) < 0) return;
  written_ += line.size();
  unsaid_ = 0;
}

}  // namespace sandbox::doorman
