#pragma once
// Proof: what a recipe says about how its image is tested, measured and scanned. Other tools do
// that; the image carries it to them.
#include <optional>
#include <string>
#include <vector>

#include "build/values.hpp"
#include "record/proof.hpp"

namespace sandbox::build {

/// `tests`: a file of the recipe, or false. Nothing: there are none.
std::optional<std::string> take_tests(const Values& values, const Yaml& node);
std::vector<record::Benchmark> take_bench(const Values& values, const Yaml& node);
record::ScanRules take_scan(const Values& values, const Yaml& node);

}  // namespace sandbox::build
