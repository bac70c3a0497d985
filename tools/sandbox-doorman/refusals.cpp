#include "refusals.hpp"

#include <fmt/format.h>
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

bool Refusals::is_first(const record::Refusal& refusal) {
  const std::string key = fmt::format("{} {} {}", refusal.reason, refusal.name.value_or(""), refusal.port.value_or(0));
  const auto found = counted_.find(key);
  if (found == counted_.end() && counted_.size() == kMostCounted) ++others_;
  else ++counted_.try_emplace(key, doors::Repeated{refusal, 0}).first->second.times;
  return found == counted_.end() && counted_.size() < kMostCounted;
}

void Refusals::tell(doors::Report& report) const {
  for (const auto& [key, repeated] : counted_) report.refusals.push_back(repeated);
  report.others = others_;
}

void Refusals::add(const Wanted& wanted, const char* reason, const std::string& text, std::optional<std::string> allow) {
  record::Refusal refusal{rfc3339(wall_now()), wanted.name, wanted.port, reason, text, std::move(allow), unsaid_, nullptr};
  if (!is_first(refusal) && !may_write()) {
    ++unsaid_;
    return;
  }
  const std::string line = record::dump(refusal) + "\n";
  // A log that is full or gone must not shut the doors that are open.
  if (::write(log_.get(), line.data(), line.size()) < 0) return;
  written_ += line.size();
  unsaid_ = 0;
}

}  // namespace sandbox::doorman
