#pragma once
// Locking: what one build has to do with the recipe's lock: it obeys the one that is there, or
// writes one anew when the image is whole.
#include <optional>
#include <vector>

#include "build/lock.hpp"
#include "build/recipe.hpp"
#include "build/step.hpp"

namespace sandbox::build {

class Locking {
 public:
  enum class Mode { obey, update };

  /// `source`: the image below, which no step makes. Throws misfit().
  Locking(const Recipe& recipe, Mode mode, const std::optional<Locked>& source, const std::vector<Step>& steps);
  Locking(const Locking&) = delete;
  Locking& operator=(const Locking&) = delete;

  /// The steps know what is locked, and those that take from elsewhere where to say what.
  void tell(std::vector<Step>& steps);
  bool is_locked() const { return lock_.has_value(); }
  std::string file() const { return file_.native(); }

  /// Writes what the steps have said; from then on it is there like any other.
  void write();

 private:
  Path file_;
  std::optional<Lock> lock_;
  Lock next_;  // being written
  std::size_t first_ = 0;  // the entry of the first step
  bool updates_;
};

}  // namespace sandbox::build
