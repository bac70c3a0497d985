#include "record/limits.hpp"

#include "base/error.hpp"
#include "record/fields.hpp"

namespace sandbox::record {

Limits Limits::over(const Limits& fallback) const {
  const auto pick = [](const auto& mine, const auto& other) { return mine ? mine : other; };
  return {pick(memory_bytes, fallback.memory_bytes), pick(disk_bytes, fallback.disk_bytes),
          pick(pids, fallback.pids), pick(cpus, fallback.cpus),
          pick(open_files, fallback.open_files)};
}

Limits Limits::defaults() {
  return {std::uint64_t{2} << 30, std::uint64_t{10} << 30, 256, 2.0, 4096};
}

void check_limits(const Limits& limits) {
  const Limits checked = limits.over(Limits::defaults());
  // Asked so that NaN, too, is out of range.
  if (!(*checked.cpus >= 0.01) || *checked.memory_bytes < (4 << 20) || *checked.disk_bytes < (1 << 20) ||
      *checked.pids < 4 || *checked.open_files < 32)
    throw Error(ExitCode::input, "a limit is too small for a sandbox to start",
                "at least: memory 4M, disk 1M, pids 4, cpus 0.01, open files 32");
  constexpr std::uint64_t kMostPids = 4 << 20;  // the kernel's own limit
  if (*checked.cpus > 8192 || *checked.pids > kMostPids || *checked.open_files > kMostPids)
    throw Error(ExitCode::input, "a limit is larger than any host has",
                "at most: pids 4194304, cpus 8192, open files 4194304");
}

void to_json(Json& json, const Limits& limits) {
  json = {{"memory_bytes", or_null(limits.memory_bytes)},
          {"disk_bytes", or_null(limits.disk_bytes)},
          {"pids", or_null(limits.pids)},
          {"cpus", or_null(limits.cpus)},
          {"open_files", or_null(limits.open_files)}};
}

void from_json(const Json& json, Limits& limits) {
  limits.memory_bytes = field_if<std::uint64_t>(json, "memory_bytes");
  limits.disk_bytes = field_if<std::uint64_t>(json, "disk_bytes");
  limits.pids = field_if<std::uint64_t>(json, "pids");
  limits.cpus = field_if<double>(json, "cpus");
  limits.open_files = field_if<std::uint64_t>(json, "open_files");
}

}  // namespace sandbox::record
