#include "record/limits.hpp"

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
