#include "record/sandbox.hpp"

#include "record/fields.hpp"

namespace sandbox::record {

void to_json(Json& json, const ProcessIdentity& identity) {
  json = {{"pid", identity.pid},
          {"start_ticks", identity.start_ticks},
          {"boot_id", identity.boot_id}};
}

void from_json(const Json& json, ProcessIdentity& identity) {
  identity.pid = field<int>(json, "pid");
  identity.start_ticks = field<std::uint64_t>(json, "start_ticks");
  identity.boot_id = field<std::string>(json, "boot_id");
}

void to_json(Json& json, const Workspace& workspace) {
  json = {{"path", text_json(workspace.path)}, {"taken", or_null(workspace.taken)}};
}

void from_json(const Json& json, Workspace& workspace) {
  workspace.path = text_of(field<Json>(json, "path"));
  workspace.taken = field_if<std::string>(json, "taken");
}

void to_json(Json& json, const OwnMachine& machine) {
  json = {{"processor", machine.processor}, {"template", or_null(machine.copied_from)}, {"no_template", or_null(machine.no_template)}};
}

void from_json(const Json& json, OwnMachine& machine) {
  machine.processor = field<std::string>(json, "processor");
  machine.copied_from = field_if<std::string>(json, "template");
  machine.no_template = field_if<std::string>(json, "no_template");
}

void to_json(Json& json, const Sandbox& s) {
  json = {{"schema", Sandbox::kSchema},
          {"id", s.id},
          {"name", or_null(s.name)},
          {"labels", s.labels},
          {"state", s.state},
          {"engine", s.engine},
          {"machine", or_null(s.machine)},
          {"image", s.image},
          {"image_digest", s.image_digest},
          {"created", s.created},
          {"expires", or_null(s.expires)},
          {"idle_ms", or_null(s.idle_ms)},
          {"evictable", s.evictable},
          {"place", s.place},
          {"user", s.user},
          {"workdir", s.workdir},
          {"workspace", or_null(s.workspace)},
          {"secrets", s.secrets},
          {"limits", s.limits},
          {"walls", s.walls},
          {"doors", s.doors},
          {"ports", s.ports},
          {"services", s.services},
          {"devices", s.devices},
          {"supervisor", s.supervisor},
          {"agent", s.agent},
          {"cgroups", s.cgroups},
          {"usage", or_null(s.usage)},
          {"timings_ms", s.timings_ms},
          {"ended", or_null(s.ended)},
          {"ended_at", or_null(s.ended_at)},
          {"changes", or_null(s.changes)},
          {"log_head", or_null(s.log_head)},
          {"from", s.from}};
}

void from_json(const Json& json, Sandbox& s) {
  using Map = std::map<std::string, std::string>;
  s.id = field<std::string>(json, "id");
  s.name = field_if<std::string>(json, "name");
  s.labels = field<Map>(json, "labels");
  s.state = field<std::string>(json, "state");
  s.engine = field<std::string>(json, "engine");
  s.machine = field_if<OwnMachine>(json, "machine");
  s.image = field<std::string>(json, "image");
  s.image_digest = field<std::string>(json, "image_digest");
  s.created = field<std::string>(json, "created");
  s.expires = field_if<std::string>(json, "expires");
  s.idle_ms = field_if<double>(json, "idle_ms");
  s.evictable = field_if<bool>(json, "evictable").value_or(false);
  s.place = field<int>(json, "place");
  s.user = field<std::string>(json, "user");
  s.workdir = field<std::string>(json, "workdir");
  s.workspace = field_if<Workspace>(json, "workspace");
  s.secrets = field<std::vector<std::string>>(json, "secrets");
  s.limits = field<Limits>(json, "limits");
  s.walls = field<std::vector<Wall>>(json, "walls");
  s.doors = field_if<Doors>(json, "doors").value_or(Doors{});
  s.ports = field_if<std::vector<Port>>(json, "ports").value_or(std::vector<Port>{});
  s.services = field_if<std::vector<ServiceState>>(json, "services").value_or(std::vector<ServiceState>{});
  s.devices = field_if<std::vector<Device>>(json, "devices").value_or(std::vector<Device>{});
  s.supervisor = field<ProcessIdentity>(json, "supervisor");
  s.agent = field<ProcessIdentity>(json, "agent");
  s.cgroups = field<std::vector<std::string>>(json, "cgroups");
  s.usage = field_if<Usage>(json, "usage");
  s.timings_ms = field<std::map<std::string, double>>(json, "timings_ms");
  s.ended = field_if<std::string>(json, "ended");
  s.ended_at = field_if<std::string>(json, "ended_at");
  s.changes = field_if<std::vector<Altered>>(json, "changes");
  s.log_head = field_if<std::string>(json, "log_head");
  s.from = from_of(json);
}

}  // namespace sandbox::record
