#include "life/stillness.hpp"

#include "base/error.hpp"
#include "life/vm_plan.hpp"
#include "record/fields.hpp"

namespace sandbox::life {

namespace {

std::string relative(const std::string& path) { return path.substr(path.starts_with('/') ? 1 : 0); }

Stillness told_of(const OwnedSandbox& owned) {
  Stillness told{{}, owned.facts.ids, {}, {}};
  for (const engine::ShownFile& file : owned.plan.spec.files) told.files.push_back(relative(file.path));
  for (const engine::DeviceNode& device : owned.plan.spec.devices) told.files.push_back(relative(device.target));
  for (const engine::Share& share : owned.plan.spec.shares) told.folders.push_back(relative(share.target));
  return told;
}

}  // namespace

void to_json(Json& json, const Stillness& stillness) {
  const isolate::IdMap& ids = stillness.ids;
  json = {{"base", ids.base}, {"count", ids.count}, {"users", nullptr}, {"groups", nullptr}, {"files", stillness.files}, {"folders", stillness.folders}, {"machine", nullptr}};
  if (stillness.machine)
    json["machine"] = {{"shape", stillness.machine->shape}, {"address", stillness.machine->address}, {"image", stillness.machine->image.native()}};
  if (!ids.rest) return;
  json["users"] = ids.rest->users;
  json["groups"] = ids.rest->groups;
}

void from_json(const Json& json, Stillness& stillness) {
  using record::field;
  using record::field_if;
  stillness.ids = {field<std::uint32_t>(json, "base"), field<std::uint32_t>(json, "count"), {}};
  const auto users = field_if<std::uint32_t>(json, "users"), groups = field_if<std::uint32_t>(json, "groups");
  if (users && groups) stillness.ids.rest = isolate::SubordinateIds{*users, *groups};
  stillness.files = field<std::vector<std::string>>(json, "files");
  stillness.folders = field<std::vector<std::string>>(json, "folders");
  if (const auto machine = field_if<Json>(json, "machine"))
    stillness.machine = {field<record::SavedMachine>(*machine, "shape"), field<std::uint64_t>(*machine, "address"), field<std::string>(*machine, "image")};
}

/// QEMU stands still with a paused machine, and could not say what state it is in.
void refuse_busy_machine(const OwnedSandbox& owned) {
  if (owned.plan.sandbox.state == "paused") throw Error(ExitCode::no, "a paused virtual machine cannot be saved", "sandbox-change --resume first");
  if (shape_to_save(owned.plan.spec).qemu != owned.machine_shape->qemu)
    throw Error(ExitCode::no, "it has another number of processors than it was started with, and no copy could go on so", "sandbox-change --cpus sets it back");
  if (owned.copiers > 0) throw Error(ExitCode::later, "somebody else saves this virtual machine just now", "try again");
}

std::vector<int> ToldStillness::descriptors() const {
  if (!written.running) return {written.upper.get(), written.users.get()};
  const engine::Running& running = *written.running;
  std::vector<int> all = {running.sleep.get(), running.monitor.get(), running.memory.get(), running.disk.get()};
  if (running.pages) all.insert(all.end(), {running.below.get(), running.pages.get()});
  return all;
}

ToldStillness stand_still(OwnedSandbox& owned) {
  if (owned.plan.sandbox.state == "starting") throw Error(ExitCode::no, "its services still start", "try again when they are ready");
  if (owned.machine_shape) refuse_busy_machine(owned);
  ToldStillness told{told_of(owned), owned.machine->snapshot()};
  if (told.written.running) told.stillness.machine = {owned.machine_shape.value(), told.written.running->address, owned.plan.spec.vm->image};
  if (owned.copiers == 0 && owned.plan.sandbox.state != "paused") owned.machine->hold(true);
  ++owned.copiers;
  return told;
}

void move_on(OwnedSandbox& owned) noexcept try {
  // A virtual machine is woken by words, which one that was paused meanwhile hears when it is resumed.
  if (--owned.copiers == 0 && (owned.machine_shape || owned.plan.sandbox.state != "paused")) owned.machine->hold(false);
} catch (const std::exception& error) {
  // The order is given; what hangs in the kernel follows when it can.
  owned.log.append_regardless(audit::failed(Error(ExitCode::failed, error.what()), owned.plan.spec.id));
}

}  // namespace sandbox::life
