#pragma once
// NameTable: which address inside stands for which name. Bounded: code inside can ask for any
// name that a wildcard covers. Addresses are given out in turn, so that one is not given to
// another name before all 130,000 were.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "doors/places.hpp"

namespace sandbox::doors {

class NameTable {
 public:
  static constexpr std::size_t kMost = 4096;

  /// The address of a name, in host order; a new one pushes out the name used longest ago.
  std::uint32_t address_of(std::string_view name);
  /// Nothing when no name has this address now.
  std::optional<std::string> name_of(std::uint32_t address);
  std::size_t size() const { return by_name_.size(); }

 private:
  struct Entry {
    std::uint32_t address;
    std::uint64_t used;
  };
  void forget_the_oldest();

  std::map<std::string, Entry, std::less<>> by_name_;
  std::unordered_map<std::uint32_t, std::string> by_address_;
  std::uint32_t next_ = kFirst;
  std::uint64_t uses_ = 0;
};

}  // namespace sandbox::doors
