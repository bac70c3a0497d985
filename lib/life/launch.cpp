#include "life/launch.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/sysinfo.h>
#include <sys/vfs.h>

#include <functional>

#include "audit/log.hpp"
#include "base/child.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/passing.hpp"
#include "base/text.hpp"
#include "isolate/settle.hpp"
#include "life/caches.hpp"
#include "life/device_plan.hpp"
#include "life/disk_choice.hpp"
#include "life/door_plan.hpp"
#include "life/grants.hpp"
#include "life/ids.hpp"
#include "life/message.hpp"
#include "life/places.hpp"
#include "life/plan.hpp"
#include "life/port_plan.hpp"
#include "life/recover.hpp"
#include "life/vm_plan.hpp"
#include "record/chain.hpp"
#include "record/failure.hpp"
#include "store/images.hpp"
#include "store/sandboxes.hpp"

namespace sandbox::life {

namespace {

struct Supervisor {
  Child process;
  Fd channel;
};

/// Started first of all: it loads while we look the image up.
Supervisor start_supervisor() {
  auto [ours, theirs] = socket_pair(SOCK_STREAM);
  Command command;
  command.program = libexec_directory() / "sandbox-supervise";
  command.arguments = {"sandbox-supervise"};
  command.descriptors = {{theirs.get(), 3}};
  command.new_session = true;
  const Fd cgroup = isolate::supervisors_cgroup();
  command.cgroup = cgroup.get();
  return {Child::spawn(command), std::move(ours)};
}

std::uint64_t size_of_memory() {
  struct sysinfo info {};
  if (::sysinfo(&info) < 0) throw_system_error("cannot read the size of the memory");
  return std::uint64_t{info.totalram} * info.mem_unit;
}

std::uint64_t size_of_file_system(const Path& path) {
  struct statfs info {};
  if (::statfs(path.c_str(), &info) < 0) throw_system_error("cannot read the size of", path.native());
  return info.f_blocks * static_cast<std::uint64_t>(info.f_bsize);
}

/// By default never more than a quarter of what holds it.
std::uint64_t default_disk(const engine::Spec& spec) {
  const std::uint64_t whole = spec.disk ? size_of_file_system(spec.disk->path.parent_path()) : size_of_memory();
  return std::min(*record::Limits::defaults().disk_bytes, whole / 4);
}

record::Limits limits_for(const engine::Spec& spec, const LaunchRequest& request, const config::Config& config,
                          const record::Image& image) {
  record::Limits defaults = record::Limits::defaults();
  defaults.disk_bytes = default_disk(spec);
  const record::Limits limits = request.limits.over(image.defaults.resources).over(config.limits).over(defaults);
  record::check_limits(limits);
  return limits;
}

std::vector<std::string> joined(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

/// Absolute: the supervisor has no working directory of ours.
Path existing_folder(const Path& path) {
  std::error_code error;
  const Path folder = std::filesystem::canonical(path, error);
  if (error || !std::filesystem::is_directory(folder, error))
    throw Error(ExitCode::input, fmt::format("--workspace '{}' is not a folder", visible(path.native())));
  return folder;
}

/// What an image asks for beside doors; the steps of a build on top of it go without.
void plan_run_time(Plan& plan, const config::Config& config, const LaunchRequest& request, const record::Image& image) {
  plan_devices(plan, config, request, image);
  plan.spec.nested = may_nest(config, request, image);
  if (!request.no_services) plan.services = image.defaults.services;
}

Plan make_plan(const store::Store& store, const config::Config& config, const LaunchRequest& request,
               const record::Image& image, const std::string& id) {
  Plan plan;
  plan.store_state = store.state();
  plan.store_run = store.run();
  plan.spec.id = id;
  plan.spec.directory = store::sandbox_directory(store, id);
  const bool is_vm = wants_vm(config, request, image);
  plan.spec.layers = store::layer_trees(store, store::without_machine(image));
  for (const std::string& mount : request.mounts) plan.spec.shares.push_back(parse_share(store, mount));
  for (const std::string& cache : wanted_caches(config, request, image))
    plan.spec.shares.push_back(open_cache(store, cache, request.cache_scope.value_or(config.cache_scope)));
  if (request.workspace) plan.spec.workspace = existing_folder(*request.workspace);
  if (!request.building && !is_vm) plan.spec.disk = choose_disk(store, config, id);
  plan.spec.limits = limits_for(plan.spec, request, config, image);
  plan.spec.allow_missing = joined(config.allow_missing, request.allow_missing);
  plan.spec.require = joined(config.require, request.require);
  plan.env = request.env;
  plan.spec.files.push_back(host_names(id));
  plan_doors(plan, config, request, image);
  if (!request.building) plan_run_time(plan, config, request, image);
  if (is_vm) plan_vm(plan, store, config, request, image);
  plan.env.insert(image.defaults.env.begin(), image.defaults.env.end());
  plan.secrets = request.secrets;
  plan.ttl = request.ttl ? request.ttl : config.ttl ? config.ttl : std::chrono::hours(2);
  plan.idle = request.idle ? request.idle : config.idle;
  plan.actor = audit::actor_here();
  plan.log_required = config.log.required;
  plan.lease = request.lease;
  plan.spec.upper = request.building;
  plan.spec.pretend_owners = request.building.has_value();
  return plan;
}

std::vector<std::string> shown_paths(const Plan& plan) {
  std::vector<std::string> paths;
  for (const engine::ShownFile& file : plan.spec.files) paths.push_back(file.path);
  return paths;
}

void describe(Plan& plan, const LaunchRequest& request, const record::Image& image) {
  record::Sandbox& sandbox = plan.sandbox;
  sandbox.id = plan.spec.id;
  sandbox.name = request.name;
  sandbox.labels = request.labels;
  sandbox.state = "starting";
  sandbox.image = image.name;
  sandbox.image_digest = image.digest;
  sandbox.created = rfc3339(wall_now());
  if (plan.idle) sandbox.idle_ms = static_cast<double>(plan.idle->count());
  sandbox.evictable = request.evictable;
  sandbox.place = plan.spec.place;
  sandbox.user = request.user.value_or(image.defaults.user);
  sandbox.workdir = request.workdir.value_or(image.defaults.workdir);
  if (plan.spec.workspace) sandbox.workspace = {plan.spec.workspace->native(), {}};
  for (const auto& [name, value] : plan.secrets) sandbox.secrets.push_back(name);
  sandbox.limits = plan.spec.limits;
  if (plan.doors) sandbox.doors = doors::described(plan.doors->rules);
}

record::Sandbox await_ready(const Fd& channel) {
  auto answer = receive_message(channel);
  if (!answer) throw Error(ExitCode::failed, "the supervisor died while it started the sandbox");
  if (record::is_failure(answer->json)) {
    const auto failure = answer->json.get<record::Failure>();
    throw Error(static_cast<ExitCode>(failure.code), failure.message, failure.hint, answer->json.value("output", ""));
  }
  return answer->json.get<record::Sandbox>();
}

Launching begin(const store::Store& store, const config::Config& config, const LaunchRequest& request,
                const std::function<record::Image()>& find_image, Fd first_client) {
  Stopwatch watch;
  Supervisor supervisor = start_supervisor();
  const double spawn_ms = watch.lap_ms();
  // Held until the sandbox's record names the image: a collection in between would take it.
  Fd images = store::lock_images(store);
  const record::Image image = find_image();
  const std::string id = store::new_sandbox_id();
  Plan plan = make_plan(store, config, request, image, id);
  const auto ids = choose_ids(config, request, image);  // before a place is taken: it may refuse
  const double image_ms = watch.lap_ms();
  const store::Place place = get_place(store, config, request, id);
  plan.spec.place = place.number;
  if (!ids.empty()) plan.spec.subordinate = ids_at(ids, plan.spec);
  const std::vector<Fd> listeners = plan_ports(plan, config, request);
  describe(plan, request, image);
  store::publish_sandbox(store, plan.sandbox);
  images.close();
  plan.sandbox.timings_ms = {{"spawn", spawn_ms}, {"image", image_ms}, {"state", watch.lap_ms()}};
  try {
    if (request.name) store::take_name(store, *request.name, id);
    send_plan(supervisor.channel, plan, place.lock, first_client, listeners);
  } catch (const Error&) {
    store::retire_sandbox(store, plan.sandbox);
    throw;
  }
  if (!request.building) store::mark_used(store, image);
  return {store, std::move(supervisor.process), std::move(supervisor.channel), std::move(plan.sandbox), shown_paths(plan), watch};
}

}  // namespace

Launching begin_launch(const store::Store& store, const config::Config& config, const LaunchRequest& request,
                       Fd first_client) {
  return begin(store, config, request, [&] { return store::find_image(store, request.image); }, std::move(first_client));
}

Launching begin_launch(const store::Store& store, const config::Config& config, const LaunchRequest& request,
                       const record::Image& image, Fd first_client) {
  return begin(store, config, request, [&] { return image; }, std::move(first_client));
}

Launched Launching::wait() && {
  Launched launched;
  try {
    launched.sandbox = await_ready(channel_);
  } catch (const Error&) {
    // It cleaned up after itself, unless it died.
    if (const auto left = store::find_sandbox(store_, id()); left && left->state == "orphaned") recover(store_, *left);
    throw;
  }
  launched.channel = std::move(channel_);
  launched.sandbox.timings_ms["supervisor"] = watch_.lap_ms();
  std::move(supervisor_).release();
  return launched;
}

Launched launch(const store::Store& store, const config::Config& config, const LaunchRequest& request) {
  return begin_launch(store, config, request).wait();
}

}  // namespace sandbox::life
