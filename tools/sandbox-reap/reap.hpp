#pragma once
// The verb of sandbox-reap: which sandboxes are meant, and their end.
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/output.hpp"
#include "record/reaped.hpp"
#include "record/sandbox.hpp"
#include "store/store.hpp"

namespace sandbox::tool {

struct Options {
  std::vector<std::string> targets;
  bool all = false, expired = false, orphans = false, images = false, dry_run = false;
  std::optional<std::chrono::milliseconds> older_than, unused_for, grace;
  std::optional<std::uint64_t> keep_bytes;
  std::map<std::string, std::string> labels;
  cli::Output output;

  bool selects_sandboxes() const { return all || expired || orphans || older_than || !labels.empty(); }
  std::chrono::milliseconds patience() const { return grace.value_or(std::chrono::seconds(2)); }
};

/// Returns the exit code.
int reap(const Options& options);

/// Ends one sandbox, whatever state it is in. Nothing when it was gone already.
std::optional<record::Reaped> end_sandbox(const store::Store& store, const record::Sandbox& sandbox, const Options& options);

/// Unfinished work and files that belong to nobody; for --orphans.
std::vector<record::Reaped> sweep_debris(const store::Store& store, bool dry_run);

/// Images unused for a while, with their layers; for --images.
std::vector<record::Reaped> reap_images(const store::Store& store, const Options& options);

/// What virtual machines were made of and none has used for a while; for --images.
std::vector<record::Reaped> reap_machine_parts(const store::Store& store, const Options& options);

void report(const Options& options, const record::Reaped& reaped);

}  // namespace sandbox::tool
