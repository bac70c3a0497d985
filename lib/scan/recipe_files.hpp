#pragma once
// Recipe files: what lies in a recipe's folder beside recipe.yaml, which its copies bring in.
#include "base/file.hpp"
#include "scan/collector.hpp"

namespace sandbox::scan {

/// `shown`: the folder as it was named.
void check_files(const Path& folder, const std::string& shown, Collector& collector);

}  // namespace sandbox::scan
