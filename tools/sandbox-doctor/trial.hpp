#pragma once
// Trial: something done for real in a child process, which is given a time and then killed. What
// it changes about itself (ids, cgroups, filters) ends with it.
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace sandbox::tool {

struct Tried {
  bool holds = false;
  std::string found;  ///< what the work returned, or why it failed
  std::string hint;   ///< without what points at the doctor
};

inline constexpr std::chrono::seconds kPatience{10};
/// A place that no sandbox has: so many do not fit into any host.
inline constexpr std::uint32_t kTrialPlace = 4000;

/// Throws only when no process can be made.
Tried try_out(const std::function<std::string()>& work, std::chrono::milliseconds patience = kPatience);

}  // namespace sandbox::tool
