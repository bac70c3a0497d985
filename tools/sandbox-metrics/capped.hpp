#pragma once
// Capped: a label can have only so many values. The first ones keep their names, for as long as
// they are met in the same order; all others are called `other`.
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>

namespace sandbox::tool {

class Capped {
 public:
  static constexpr std::string_view kOther = "other";

  explicit Capped(std::size_t most) : most_(most) {}
  /// Only these.
  Capped(std::initializer_list<std::string_view> known) : most_(known.size()), known_(known.begin(), known.end()) {}

  std::string operator()(std::string_view value) {
    constexpr std::size_t kLongest = 100;
    if (known_.contains(value)) return std::string(value);
    if (known_.size() >= most_ || value.empty() || value.size() > kLongest) return std::string(kOther);
    return *known_.emplace(value).first;
  }

  const std::set<std::string, std::less<>>& known() const { return known_; }

 private:
  std::size_t most_;
  std::set<std::string, std::less<>> known_;
};

}  // namespace sandbox::tool
