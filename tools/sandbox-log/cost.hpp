#pragma once
// Costs: what the sandboxes in the log have used, added up, at the configured prices.
#include <map>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "config/config.hpp"
#include "record/cost.hpp"
#include "record/entry.hpp"

namespace sandbox::tool {

class Costs {
 public:
  explicit Costs(config::Prices prices) : prices_(std::move(prices)) {}

  /// In the order of the log.
  void add(const record::Entry& entry);

  /// One row for each sandbox, label or day (of the launch). What has not ended counts up to now.
  std::vector<record::Cost> by(const std::string& what, WallTime now) const;

 private:
  struct Life {
    std::map<std::string, std::string> labels;
    std::string begin, end;  ///< times; empty: not in the log
    double wall_ms = 0, cpu_ms = 0;  ///< as its end says
    double commands_cpu_ms = 0;
    std::optional<std::uint64_t> peak_bytes;
    std::uint64_t commands = 0, failed = 0;
  };
  record::Cost cost_of(const Life& life, WallTime now) const;
  static std::vector<std::string> keys(const std::string& what, const std::string& id, const Life& life);

  config::Prices prices_;
  std::map<std::string, Life> lives_;
};

}  // namespace sandbox::tool
