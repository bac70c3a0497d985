#pragma once
// Line: one thing that the doctor looked at, judged. What is good has no fix; what is lacking is
// `missing` where no sandbox can be without it, else `absent`.
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "record/diagnosis.hpp"

namespace sandbox::tool {

using record::DiagnosisLine;

struct Fix {
  std::string command;  ///< for sh(1), or words for people
  bool as_root = false;
  bool safe = false;  ///< harmless and reversible: `--fix` may do it
};

enum class Need { required, optional };

/// What is to be judged.
DiagnosisLine line_of(HostCheck check, std::string_view group, Need need, std::string_view why);

DiagnosisLine ok(DiagnosisLine line, std::string detail);
DiagnosisLine degraded(DiagnosisLine line, std::string detail, std::optional<Fix> fix = {});
DiagnosisLine lacking(DiagnosisLine line, std::string detail, std::optional<Fix> fix = {});

/// Words that tell a person what to do; nothing when there are none.
std::optional<Fix> advice(std::string words);

/// The hint of an error without what points back at the doctor.
std::string own_hint(std::string_view hint);

}  // namespace sandbox::tool
