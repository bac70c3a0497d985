#pragma once
// Tree: files, folders and links into or out of a sandbox, as wire/tree.hpp has them, by a
// process of the agent with the ids of a user inside. Whatever the sandbox's side says is
// hostile.
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "life/connection.hpp"
#include "life/copy_tree.hpp"
#include "wire/failure.hpp"
#include "wire/item_writer.hpp"

namespace sandbox::life {

struct TreeRequest {
  std::string path;  ///< inside
  std::optional<std::string> user;
  wire::TreeOptions options{};
};

/// A tree on its way in. Dropped before its end, nothing of what is incomplete stays.
class TreePut {
 public:
  TreePut(Fd socket, const TreeRequest& request);
  /// Where the entries go; never blocks.
  int pipe() const { return pipe_.get(); }
  /// After `finish` was written, or could not be: what was made inside. Throws what went wrong there.
  Copied finish();
  /// Then, with wire::kTimed: what is changed inside from now on has this time or a later one.
  WallTime tick() const { return tick_; }

 private:
  Connection connection_;
  std::string path_;
  Fd pipe_, report_;
  WallTime tick_{};
};

/// A tree on its way out.
class TreeGet {
 public:
  TreeGet(Fd socket, const TreeRequest& request);
  /// Where the entries come from; never blocks.
  int pipe() const { return pipe_.get(); }
  /// When they ended too early: throws why, if the agent knows.
  void explain_end();

 private:
  Connection connection_;
  std::string path_;
  Fd pipe_;
};

/// For a sender or receiver: asks to stop when a signal came that cli::note_interrupts notes.
wire::Onlooker interruption();

enum class Side { here, inside };

/// The Error for a tree that could not be copied. `side` is where it failed.
[[nodiscard]] Error tree_error(const wire::Failure& failure, Side side);

}  // namespace sandbox::life
