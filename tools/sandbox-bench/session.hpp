#pragma once
// Session: what all parts of one call of sandbox-bench share.
#include <functional>
#include <string_view>

#include "cli/output.hpp"
#include "guard.hpp"
#include "options.hpp"
#include "record/image.hpp"
#include "rows.hpp"
#include "sibling.hpp"
#include "store/store.hpp"

namespace sandbox::tool {

struct Session {
  const store::Store& store;
  const Options& options;
  const record::Image& image;
  Guard& guard;
  cli::Progress& progress;

  /// Of `--stages`: whether this one is wanted.
  bool wants(std::string_view name) const;
  /// `round` for each of --warmup and --runs, with progress under this name.
  void in_rounds(std::string_view name, const std::function<void(Counted)>& round) const;
  /// Options for sandbox-launch and sandbox-run, then the image.
  std::vector<std::string> launch_words(std::vector<std::string> first) const;
};

/// A sandbox of ours, or why there is none. The guard ends it, if nobody does before.
struct Launched {
  Ran ran;
  std::string id, engine;
  std::optional<std::string> processor;
};
Launched launch(const Session& session);

}  // namespace sandbox::tool
