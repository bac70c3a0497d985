#include "life/plan.hpp"

#include "life/message.hpp"
#include "record/fields.hpp"

namespace sandbox::life {

namespace {

using record::field;
using record::field_if;
using record::or_null;

std::vector<std::string> strings(const std::vector<Path>& paths) {
  return {paths.begin(), paths.end()};
}

Json share_json(const engine::Share& share) {
  return {{"source", share.source.native()}, {"target", share.target}, {"writable", share.writable}};
}

Json file_json(const engine::ShownFile& file) {
  return {{"path", file.path}, {"text", record::text_json(file.text)}, {"where", static_cast<int>(file.where)}};
}

engine::ShownFile file_of(const Json& json) {
  return {field<std::string>(json, "path"), record::text_of(field<Json>(json, "text")), static_cast<engine::ShownFile::Where>(field<int>(json, "where"))};
}

Json subordinate_json(const isolate::SubordinateIds& ids) { return {{"users", ids.users}, {"groups", ids.groups}}; }

Json vm_json(const engine::Virtual& vm) {
  return {{"folder", vm.folder.native()}, {"image", vm.image.native()}, {"disk", vm.disk.native()}, {"scratch", vm.scratch.native()},
          {"keeper", vm.keeper ? Json(vm.keeper->native()) : Json(nullptr)}, {"cable", vm.cable}, {"kvm", vm.kvm},
          {"saved", vm.saved ? Json(vm.saved->native()) : Json(nullptr)}};
}

engine::Virtual vm_of(const Json& json) {
  return {field<std::string>(json, "folder"), field<std::string>(json, "image"), field<std::string>(json, "disk"),
          field<std::string>(json, "scratch"), field_if<std::string>(json, "keeper"), field<bool>(json, "cable"), field<bool>(json, "kvm"),
          field_if<std::string>(json, "saved")};
}

Json spec_json(const engine::Spec& spec) {
  Json shares = Json::array(), files = Json::array(), devices = Json::array();
  for (const engine::DeviceNode& device : spec.devices)
    devices.push_back({{"source", device.source.native()}, {"target", device.target}, {"mode", device.mode}});
  for (const engine::ShownFile& file : spec.files) files.push_back(file_json(file));
  for (const engine::Share& share : spec.shares) shares.push_back(share_json(share));
  return {{"id", spec.id},
          {"place", spec.place},
          {"directory", spec.directory.native()},
          {"layers", strings(spec.layers)},
          {"shares", shares},
          {"files", files},
          {"workspace", spec.workspace ? Json(spec.workspace->native()) : Json(nullptr)},
          {"upper", spec.upper ? Json(spec.upper->native()) : Json(nullptr)},
          {"pretend_owners", spec.pretend_owners},
          {"disk", spec.disk ? Json{{"path", spec.disk->path.native()}, {"by", spec.disk->by}} : Json(nullptr)},
          {"devices", devices},
          {"vm", spec.vm ? vm_json(*spec.vm) : Json(nullptr)},
          {"nested", spec.nested},
          {"limits", spec.limits},
          {"allow_missing", spec.allow_missing},
          {"require", spec.require},
          {"subordinate", spec.subordinate ? subordinate_json(*spec.subordinate) : Json(nullptr)}};
}

engine::Spec spec_of(const Json& json) {
  engine::Spec spec;
  spec.id = field<std::string>(json, "id");
  spec.place = field<int>(json, "place");
  spec.directory = field<std::string>(json, "directory");
  for (const auto& layer : field<std::vector<std::string>>(json, "layers")) spec.layers.emplace_back(layer);
  for (const Json& share : field<Json>(json, "shares"))
    spec.shares.push_back(
        {field<std::string>(share, "source"), field<std::string>(share, "target"), field<bool>(share, "writable")});
  for (const Json& device : field<Json>(json, "devices"))
    spec.devices.push_back({field<std::string>(device, "source"), field<std::string>(device, "target"), field<unsigned>(device, "mode")});
  spec.nested = field<bool>(json, "nested");
  for (const Json& file : field<Json>(json, "files")) spec.files.push_back(file_of(file));
  if (const auto workspace = field_if<std::string>(json, "workspace")) spec.workspace = *workspace;
  if (const auto upper = field_if<std::string>(json, "upper")) spec.upper = *upper;
  spec.pretend_owners = field<bool>(json, "pretend_owners");
  if (const auto disk = field_if<Json>(json, "disk"))
    spec.disk = engine::DiskFolder{field<std::string>(*disk, "path"), field<std::string>(*disk, "by")};
  if (const auto vm = field_if<Json>(json, "vm")) spec.vm = vm_of(*vm);
  spec.limits = field<record::Limits>(json, "limits");
  spec.allow_missing = field<std::vector<std::string>>(json, "allow_missing");
  spec.require = field<std::vector<std::string>>(json, "require");
  if (const auto ids = field_if<Json>(json, "subordinate"))
    spec.subordinate = {field<std::uint32_t>(*ids, "users"), field<std::uint32_t>(*ids, "groups")};
  return spec;
}

/// Environment values are bytes; JSON strings are not.
Json pairs_json(const std::map<std::string, std::string>& pairs) {
  Json object = Json::object();
  for (const auto& [name, value] : pairs) object[name] = record::text_json(value);
  return object;
}

std::map<std::string, std::string> pairs_of(const Json& object) {
  std::map<std::string, std::string> pairs;
  for (const auto& [name, value] : object.items()) pairs[name] = record::text_of(value);
  return pairs;
}

std::optional<long> count(const std::optional<std::chrono::milliseconds>& duration) {
  return duration ? std::optional<long>(duration->count()) : std::nullopt;
}

std::optional<std::chrono::milliseconds> duration_if(const Json& json, const char* name) {
  const auto ms = field_if<long>(json, name);
  return ms ? std::optional(std::chrono::milliseconds(*ms)) : std::nullopt;
}

}  // namespace

void to_json(Json& json, const Plan& plan) {
  json = {{"store_state", plan.store_state.native()},
          {"store_run", plan.store_run.native()},
          {"spec", spec_json(plan.spec)},
          {"sandbox", plan.sandbox},
          {"env", pairs_json(plan.env)},
          {"secrets", pairs_json(plan.secrets)},
          {"doors", or_null(plan.doors)},
          {"ttl_ms", or_null(count(plan.ttl))},
          {"idle_ms", or_null(count(plan.idle))},
          {"actor", plan.actor},
          {"log_required", plan.log_required},
          {"services", plan.services},
          {"wait_ready_ms", or_null(count(plan.wait_ready))},
          {"lease", plan.lease}};
}

void from_json(const Json& json, Plan& plan) {
  plan.store_state = field<std::string>(json, "store_state");
  plan.store_run = field<std::string>(json, "store_run");
  plan.spec = spec_of(field<Json>(json, "spec"));
  plan.sandbox = field<record::Sandbox>(json, "sandbox");
  plan.env = pairs_of(field<Json>(json, "env"));
  plan.secrets = pairs_of(field<Json>(json, "secrets"));
  plan.doors = field_if<doors::Orders>(json, "doors");
  plan.ttl = duration_if(json, "ttl_ms");
  plan.idle = duration_if(json, "idle_ms");
  plan.actor = field<record::Actor>(json, "actor");
  plan.log_required = field<bool>(json, "log_required");
  plan.services = field<std::vector<record::Service>>(json, "services");
  plan.wait_ready = duration_if(json, "wait_ready_ms");
  plan.lease = field<bool>(json, "lease");
}

void send_plan(const Fd& socket, const Plan& plan, const Fd& place, const Fd& first_client, const std::vector<Fd>& listeners) {
  std::vector<int> descriptors = {place.get()};
  for (const Fd& listener : listeners) descriptors.push_back(listener.get());
  if (first_client) descriptors.push_back(first_client.get());
  send_message(socket, plan, descriptors);
}

ReceivedPlan receive_plan(const Fd& socket) {
  auto message = receive_message(socket);
  if (!message || message->descriptors.empty()) throw Error(ExitCode::failed, "the launcher went away");
  ReceivedPlan received{message->json.get<Plan>(), std::move(message->descriptors[0]), {}, {}};
  auto next = message->descriptors.begin() + 1;
  for (std::size_t left = received.plan.sandbox.ports.size(); left > 0; --left) {
    if (next == message->descriptors.end()) throw Error(ExitCode::failed, "a port came without its socket");
    received.listeners.push_back(std::move(*next++));
  }
  if (next != message->descriptors.end()) received.first_client = std::move(*next);
  return received;
}

}  // namespace sandbox::life
