#include "rows.hpp"

#include "measure/distribution.hpp"
#include "sibling.hpp"

namespace sandbox::tool {

Try try_of(const Ran& ran) { return ran.is_good() ? Try{ran.wall_ms, {}} : Try{0, ran.problem()}; }

Row::Row(std::string kind, std::string name, std::string unit) {
  row_.kind = std::move(kind);
  row_.name = std::move(name);
  row_.unit = std::move(unit);
}

void Row::take(const Try& tried, Counted counted) {
  if (tried.problem) {
    ++row_.failed;
    if (!row_.error) row_.error = tried.problem;
  } else if (counted == Counted::yes) {
    row_.samples.push_back(tried.value);
  } else {
    ++row_.warmup;
  }
}

record::MeasuredRow Row::finish() && {
  row_.distribution = measure::distribution_of(row_.samples);
  return std::move(row_);
}

}  // namespace sandbox::tool
