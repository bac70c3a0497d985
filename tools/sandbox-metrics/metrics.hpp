#pragma once
// The verb of sandbox-metrics: store and log → Prometheus text.
#include <map>
#include <optional>
#include <string>

namespace sandbox::tool {

struct Options {
  std::optional<std::string> output;           ///< a file for a textfile collector
  std::map<std::string, std::string> labels;  ///< of every sample
};

int write_metrics(const Options& options);

}  // namespace sandbox::tool
