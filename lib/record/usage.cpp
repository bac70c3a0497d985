#include "record/usage.hpp"

#include "record/fields.hpp"

namespace sandbox::record {

void to_json(Json& json, const Usage& usage) {
  json = {{"wall_ms", usage.wall_ms},
          {"cpu_ms", usage.cpu_ms},
          {"peak_bytes", or_null(usage.peak_bytes)},
          {"memory_bytes", or_null(usage.memory_bytes)},
          {"disk_bytes", or_null(usage.disk_bytes)},
          {"processes", or_null(usage.processes)},
          {"read_bytes", or_null(usage.read_bytes)},
          {"written_bytes", or_null(usage.written_bytes)},
          {"throttled_ms", or_null(usage.throttled_ms)}};
}

void from_json(const Json& json, Usage& usage) {
  usage.wall_ms = field<double>(json, "wall_ms");
  usage.cpu_ms = field<double>(json, "cpu_ms");
  usage.peak_bytes = field_if<std::uint64_t>(json, "peak_bytes");
  usage.memory_bytes = field_if<std::uint64_t>(json, "memory_bytes");
  usage.disk_bytes = field_if<std::uint64_t>(json, "disk_bytes");
  usage.processes = field_if<std::uint64_t>(json, "processes");
  usage.read_bytes = field_if<std::uint64_t>(json, "read_bytes");
  usage.written_bytes = field_if<std::uint64_t>(json, "written_bytes");
  usage.throttled_ms = field_if<double>(json, "throttled_ms");
}

}  // namespace sandbox::record
