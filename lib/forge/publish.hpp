#pragma once
// Publish: one comment for each key, made the first time, updated in place from then on, left
// alone when it already says the same. Only comments of our own are ever touched.
#include <string>

#include "forge/forge.hpp"

namespace sandbox::forge {

struct Published {
  std::string action;  ///< created, updated, unchanged
  std::string id, url;
};

/// `body` begins with marker(key).
Published publish(Forge& forge, const std::string& key, const std::string& body);

}  // namespace sandbox::forge
