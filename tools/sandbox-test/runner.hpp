#pragma once
// Runner: one program that runs tests: how a project that uses it is known, what it needs, how
// it is run so that it writes what can be read, and who reads that.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.hpp"
#include "project.hpp"
#include "record/outcome.hpp"
#include "record/report.hpp"
#include "results/reading.hpp"

namespace sandbox::tool {

/// How the caller wants it run.
struct Wish {
  bool fail_fast = false;
  int parallel = 1;
  std::optional<record::Shard> shard;
};

/// What it left: files of the sandbox, brought here, and what became of its process.
struct Remains {
  Project files;
  std::string root;  ///< of the project inside, with a slash at the end

  bool has(const std::string& name) const { return files.has(name); }
  /// Nothing, and a problem, when it is missing or too large.
  std::optional<std::string> text(const std::string& name, results::Reading& reading) const;
  /// Paths of all of them that begin so, without that beginning.
  std::vector<std::string> names(std::string_view prefix) const;
};

/// Scripts run by sh(1) in the project's folder; what is written into the folder $R is read, $W is
/// for whatever else they make, and the arguments are the files to test, if only some are wanted.
struct Runner {
  std::string_view name;
  std::string_view preset;      ///< the doors that its install needs
  std::string_view cache;       ///< the variable that tells its package manager where that one keeps things
  bool (*uses)(const Project& project);
  std::string (*install)(const Project& project);  ///< empty: nothing to do
  std::string (*script)(const Wish& wish);
  results::Reading (*read)(const Remains& remains);
  bool shards = false;          ///< by itself, as the script says
  bool parallels = false;       ///< the same
  bool fails_fast = false;
  std::vector<std::string> (*files)(const Project& project) = nullptr;  ///< into which a suite can be divided
};

/// In the order in which they are looked for.
const std::vector<Runner>& runners();

/// By its name, or the one that the project uses. Throws Error(input) when there is none, or more.
const Runner& runner_for(const Project& project, const std::optional<std::string>& name);

}  // namespace sandbox::tool
