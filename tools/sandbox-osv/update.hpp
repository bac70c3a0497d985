#pragma once
// Update: records of OSV from wherever they are into the database in which sandbox-scan looks packages up.
#include <optional>
#include <string>
#include <vector>

namespace sandbox::tool {

struct Options {
  std::vector<std::string> sources;     ///< files, folders, URLs
  std::optional<std::string> database;  ///< without it the store's
  bool quiet = false;
};

/// All of them or none; prints how many records were taken. Returns the exit code. Throws cli::Interrupted, too.
int update(const Options& options);

}  // namespace sandbox::tool
