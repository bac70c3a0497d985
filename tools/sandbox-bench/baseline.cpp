#include "baseline.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "record/chain.hpp"
#include "record/stream.hpp"

namespace sandbox::tool {

namespace {

constexpr std::size_t kMostRecords = 1000, kMostSamples = 1'000'000, kMostOfARow = 1000;

void check(const record::Measurements& measurements) {
  std::size_t samples = 0;
  for (const record::MeasuredRow& row : measurements.rows) {
    samples += row.samples.size();
    if (row.samples.size() > kMostOfARow) throw Error(ExitCode::input, fmt::format("the row '{}' has more than {} samples", visible(row.name), kMostOfARow));
    if (std::ranges::any_of(row.samples, [](double sample) { return !std::isfinite(sample) || sample < 0; }))
      throw Error(ExitCode::input, fmt::format("the row '{}' has a sample below 0", visible(row.name)));
  }
  if (samples > kMostSamples) throw Error(ExitCode::input, fmt::format("more than {} samples", kMostSamples));
}

}  // namespace

std::vector<record::Measurements> read_measurements(const Path& file) {
  const std::string name = visible(file.native());
  const Fd in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!in) throw_system_error("cannot read", file.native(), ExitCode::input);
  std::vector<record::Measurements> all;
  record::Reader reader(in.get(), name);
  while (const auto record = reader.next()) {
    const Json* found = record::find(*record, record::Measurements::kSchema);
    if (!found) continue;
    try {
      all.push_back(found->get<record::Measurements>());
      check(all.back());
    } catch (const Error& error) {
      throw Error(ExitCode::input, fmt::format("{}:{}: {}", name, reader.line(), error.what()));
    }
    if (all.size() > kMostRecords) throw Error(ExitCode::input, fmt::format("'{}': more than {} measurements", name, kMostRecords));
  }
  if (all.empty()) throw Error(ExitCode::input, fmt::format("no record {} in '{}'", record::Measurements::kSchema, name), "sandbox-bench IMAGE >FILE makes one");
  return all;
}

const record::Measurements& baseline_for(const std::vector<record::Measurements>& all, const std::string& image) {
  const auto found = std::ranges::find(all, image, &record::Measurements::image);
  return found == all.end() ? all.front() : *found;
}

}  // namespace sandbox::tool
