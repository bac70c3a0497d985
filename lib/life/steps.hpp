#pragma once
// Steps: several things that are changed together, or not at all. Each is looked at first; then
// each is done, and when one fails those before it are taken back.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "record/altered.hpp"
#include "record/sandbox.hpp"

namespace sandbox::life {

struct Step {
  std::string what;  ///< as record::Altered has it
  Json to;
  std::optional<std::string> objection;  ///< why it cannot be done, as far as one sees before
  std::function<void(record::Sandbox&)> describe;  ///< what its record says then
  std::function<void()> apply = [] {};  ///< may throw
  std::function<void()> undo = [] {};
};

/// Before anything is done: possible; or, when there is an objection to any, refused and withheld.
std::vector<record::Altered> looked_at(const std::vector<Step>& steps);

/// Does them in order. False when one failed: then `changes` say which, and nothing is changed.
bool carry_out(const std::vector<Step>& steps, std::vector<record::Altered>& changes);

}  // namespace sandbox::life
