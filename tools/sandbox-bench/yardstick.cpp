#include "yardstick.hpp"

#include <sys/resource.h>

#include "measure/comparison.hpp"
#include "sibling.hpp"

namespace sandbox::tool {

namespace {

/// A new process and a few milliseconds of a processor, which is what our stages are made of.
constexpr const char* kWork = "i=0; while [ $i -lt 4000 ]; do i=$((i+1)); done";

/// Of those of our children that have ended; while one of ours runs, nobody else's does.
double processor_ms_of_children() {
  rusage usage{};
  ::getrusage(RUSAGE_CHILDREN, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3 + static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
}

}  // namespace

Yardstick::Yardstick(std::string_view kind)
    : time_("machine", measure::yardstick_name(kind)), cpu_("machine", measure::yardstick_name(kind, measure::Time::processor)) {}

void Yardstick::once(Counted counted) {
  const double before = processor_ms_of_children();
  const Ran ran = tool::finish({"/bin/sh", {"-c", kWork}, Sibling::Stdout::dropped});
  time_.take(try_of(ran), counted);
  if (ran.is_good()) cpu_.take({processor_ms_of_children() - before, {}}, counted);
}

void Yardstick::finish(std::vector<record::MeasuredRow>& rows) && {
  rows.push_back(std::move(time_).finish());
  rows.push_back(std::move(cpu_).finish());
}

}  // namespace sandbox::tool
