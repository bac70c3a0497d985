#pragma once
// Fixes: those of a diagnosis that are harmless and reversible, shown and then carried out.
#include <string>
#include <vector>

#include "doctor.hpp"
#include "record/diagnosis.hpp"

namespace sandbox::tool {

struct Work {
  std::vector<record::DiagnosisLine> ours;      ///< safe, and we may do them
  std::vector<record::DiagnosisLine> for_root;  ///< safe, but for root
};

/// One command once, however many lines it mends.
Work plan_fixes(const record::Diagnosis& diagnosis, bool is_root);

/// Shows them on stderr and asks, unless `yes`. False: nothing was done. Throws when one fails.
bool apply_fixes(const record::Diagnosis& diagnosis, const Options& options);

}  // namespace sandbox::tool
