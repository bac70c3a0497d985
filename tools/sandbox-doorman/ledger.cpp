#include "ledger.hpp"

namespace sandbox::doorman {

record::Passage& Ledger::passage(const std::string& name, std::uint16_t port) {
  const std::pair key(name, port);
  if (const auto found = passages_.find(key); found != passages_.end()) return found->second;
  if (passages_.size() == kMost) return others_;
  return passages_.emplace(key, record::Passage{name, port}).first->second;
}

std::vector<record::Passage> Ledger::all() const {
  std::vector<record::Passage> all;
  for (const auto& [key, passage] : passages_) all.push_back(passage);
  if (others_.connections > 0) all.push_back(others_);
  return all;
}

}  // namespace sandbox::doorman
