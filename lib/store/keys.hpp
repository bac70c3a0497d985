#pragma once
// Keys in the store: what is known to have been built already. A key is the hash of
// everything that determined a build; it leads to the digest of what was built, and to when.
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "store/store.hpp"

namespace sandbox::store {

struct Key {
  std::string digest;
  WallTime made;
};

/// Nothing when there is none.
std::optional<Key> find_key(const Store& store, std::string_view key);
void write_key(const Store& store, std::string_view key, const Key& value);

}  // namespace sandbox::store
