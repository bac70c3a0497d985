#include "record/reaped.hpp"

#include "record/fields.hpp"

namespace sandbox::record {

void to_json(Json& json, const Freed& freed) {
  json = {{"processes", freed.processes}, {"mounts", freed.mounts}, {"cgroups", freed.cgroups},
          {"ports", freed.ports},         {"bytes", freed.bytes},
          {"directories", freed.directories}};
}

void from_json(const Json& json, Freed& freed) {
  freed.processes = field<std::uint64_t>(json, "processes");
  freed.mounts = field<std::uint64_t>(json, "mounts");
  freed.cgroups = field<std::uint64_t>(json, "cgroups");
  freed.ports = field<std::uint64_t>(json, "ports");
  freed.bytes = field<std::uint64_t>(json, "bytes");
  freed.directories = field<std::uint64_t>(json, "directories");
}

void to_json(Json& json, const Reaped& reaped) {
  json = {{"schema", Reaped::kSchema},
          {"kind", reaped.kind},
          {"id", reaped.id},
          {"name", or_null(reaped.name)},
          {"ended", reaped.ended},
          {"dry_run", reaped.dry_run},
          {"freed", reaped.freed},
          {"usage", or_null(reaped.usage)},
          {"timings_ms", reaped.timings_ms},
          {"log_head", or_null(reaped.log_head)},
          {"from", reaped.from}};
}

void from_json(const Json& json, Reaped& reaped) {
  reaped.kind = field<std::string>(json, "kind");
  reaped.id = field<std::string>(json, "id");
  reaped.name = field_if<std::string>(json, "name");
  reaped.ended = field<std::string>(json, "ended");
  reaped.dry_run = field<bool>(json, "dry_run");
  reaped.freed = field<Freed>(json, "freed");
  reaped.usage = field_if<Usage>(json, "usage");
  reaped.timings_ms = field<std::map<std::string, double>>(json, "timings_ms");
  reaped.log_head = field_if<std::string>(json, "log_head");
  reaped.from = from_of(json);
}

}  // namespace sandbox::record
