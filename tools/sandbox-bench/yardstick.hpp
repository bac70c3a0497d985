#pragma once
// Yardstick: the same piece of work for the host's shell, again and again beside what is measured.
// A machine that was busier, or slower, than on the day of the baseline shows in it.
#include "rows.hpp"

namespace sandbox::tool {

class Yardstick {
 public:
  /// `kind` of the rows that are measured in the same minutes.
  explicit Yardstick(std::string_view kind);

  void once(Counted counted);
  void finish(std::vector<record::MeasuredRow>& rows) &&;

 private:
  Row time_, cpu_;
};

}  // namespace sandbox::tool
