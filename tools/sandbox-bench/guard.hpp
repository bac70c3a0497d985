#pragma once
// Guard: a process in a session of its own that waits until we are gone, however that comes, and
// then ends whatever sandboxes we launched and removes our folder. It is how we clean up at the
// end as well. A launch that is under way when we are killed holds the guard back until its
// sandbox can be found.
#include <optional>
#include <string>

#include "base/child.hpp"

namespace sandbox::tool {

class Guard {
 public:
  Guard();
  Guard(const Guard&) = delete;
  ~Guard();

  /// What every sandbox of ours has: NAME=VALUE.
  const std::string& label() const { return label_; }
  /// For each launch to hold.
  int held() const { return ours_.get(); }
  /// A folder that goes with us.
  const Path& folder() const { return folder_; }

  /// Waits until nothing is left; throws Error(failed) when something may be.
  void finish();

 private:
  std::string label_;
  Path folder_;
  Fd ours_;
  std::optional<Child> process_;
};

}  // namespace sandbox::tool
