#include "lives.hpp"

namespace sandbox::tool {

Life& Lives::of(const std::string& id) {
  if (const auto found = by_id_.find(id); found != by_id_.end()) return *found->second;
  if (lives_.size() >= kMost) {
    by_id_.erase(lives_.front().id);
    lives_.pop_front();
  }
  lives_.emplace_back().id = id;
  by_id_.emplace(id, std::prev(lives_.end()));
  return lives_.back();
}

bool Lives::end(const std::string& id) {
  if (const auto found = by_id_.find(id); found != by_id_.end()) {
    lives_.erase(found->second);
    by_id_.erase(found);
  }
  if (!ended_.insert(id).second) return false;
  ended_order_.push_back(id);
  if (ended_order_.size() > kMost) {
    ended_.erase(ended_order_.front());
    ended_order_.pop_front();
  }
  return true;
}

}  // namespace sandbox::tool
