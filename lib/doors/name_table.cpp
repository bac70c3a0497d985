#include "doors/name_table.hpp"

#include <algorithm>

namespace sandbox::doors {

std::uint32_t NameTable::address_of(std::string_view name) {
  if (const auto found = by_name_.find(name); found != by_name_.end()) {
    found->second.used = ++uses_;
    return found->second.address;
  }
  if (by_name_.size() >= kMost) forget_the_oldest();
  while (by_address_.contains(next_)) next_ = next_ == kLast ? kFirst : next_ + 1;
  const std::uint32_t address = next_;
  next_ = next_ == kLast ? kFirst : next_ + 1;
  by_name_.emplace(name, Entry{address, ++uses_});
  by_address_.emplace(address, name);
  return address;
}

std::optional<std::string> NameTable::name_of(std::uint32_t address) {
  const auto found = by_address_.find(address);
  if (found == by_address_.end()) return std::nullopt;
  by_name_.find(found->second)->second.used = ++uses_;
  return found->second;
}

void NameTable::forget_the_oldest() {
  const auto oldest = std::ranges::min_element(by_name_, {}, [](const auto& entry) { return entry.second.used; });
  by_address_.erase(oldest->second.address);
  by_name_.erase(oldest);
}

}  // namespace sandbox::doors
