#pragma once
// Rows: what is measured, in the order in which it is shown, filled run by run. What fails is
// no sample, and is not tried for ever.
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "record/measurements.hpp"

namespace sandbox::tool {

/// The stages of a life, as they are called.
inline constexpr std::array<std::string_view, 7> kStages = {"build", "launch", "first-exec", "exec", "run", "copy", "reap"};

enum class Counted { no, yes };

/// Of one run: how long it took, or why it did not.
struct Try {
  double value = 0;
  std::optional<std::string> problem;

  bool is_good() const { return !problem; }
};

struct Ran;
Try try_of(const Ran& ran);

class Row {
 public:
  Row(std::string kind, std::string name, std::string unit = "ms");

  void take(const Try& tried, Counted counted);
  /// It failed often enough.
  bool is_given_up() const { return row_.failed >= kTries; }
  const record::MeasuredRow& so_far() const { return row_; }
  record::MeasuredRow finish() &&;

 private:
  static constexpr std::uint64_t kTries = 3;
  record::MeasuredRow row_;
};

}  // namespace sandbox::tool
