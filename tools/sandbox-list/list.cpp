#include "list.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "cli/human.hpp"
#include "life/ask.hpp"
#include "life/ssh.hpp"
#include "life/ssh_keys.hpp"
#include "record/stream.hpp"
#include "store/collection.hpp"
#include "store/images.hpp"
#include "store/sandboxes.hpp"

namespace sandbox::tool {

namespace {

using std::chrono::milliseconds;

milliseconds since(const std::string& time) { return wall_now() - parse_rfc3339(time); }

std::string left(const record::Sandbox& sandbox) {
  if (!sandbox.expires || sandbox.state == "ended") return "-";
  const milliseconds rest = -since(*sandbox.expires);
  return rest.count() > 0 ? duration_text(rest) : "over";
}

std::string size_or_dash(const std::optional<std::uint64_t>& bytes) { return bytes ? size_text(*bytes) : "-"; }

bool is_wanted(const record::Sandbox& sandbox, const Options& options) {
  if (options.state != "live" && options.state != "all" && sandbox.state != options.state) return false;
  if (!options.targets.empty() &&
      std::none_of(options.targets.begin(), options.targets.end(),
                   [&](const std::string& target) { return sandbox.id == target || sandbox.name == target; }))
    return false;
  return std::all_of(options.labels.begin(), options.labels.end(), [&](const auto& label) {
    const auto found = sandbox.labels.find(label.first);
    return found != sandbox.labels.end() && (label.second.empty() || label.second == found->second);
  });
}

std::vector<record::Sandbox> collect(const Options& options) {
  const store::Store store = store::Store::open();
  std::vector<record::Sandbox> wanted;
  for (record::Sandbox& sandbox : store::list_sandboxes(store)) {
    if (!is_wanted(sandbox, options)) continue;
    if (sandbox.is_served())
      if (const auto status = life::ask_status(store, sandbox.id)) sandbox.usage = status->usage;
    wanted.push_back(std::move(sandbox));
  }
  if (options.state == "ended" || options.state == "all")
    for (record::Sandbox& sandbox : store::list_ended(store))
      if (is_wanted(sandbox, options)) wanted.push_back(std::move(sandbox));
  return wanted;
}

std::string sandbox_table(const std::vector<record::Sandbox>& sandboxes) {
  cli::Table table;
  table.row({"ID", "NAME", "IMAGE", "STATE", "AGE", "LEFT", "MEMORY", "DISK", "PROCESSES", "CPU"});
  for (const record::Sandbox& s : sandboxes) {
    const auto usage = s.usage.value_or(record::Usage{});
    table.row({s.id, s.name.value_or("-"), s.image, s.ended ? s.state + " (" + *s.ended + ")" : s.state,
               s.created.empty() ? "-" : duration_text(since(s.created)), left(s), size_or_dash(usage.memory_bytes),
               size_or_dash(usage.disk_bytes), usage.processes ? fmt::format("{}", *usage.processes) : "-",
               s.usage ? duration_text(milliseconds(static_cast<long>(usage.cpu_ms))) : "-"});
  }
  return table.text();
}

std::string service_table(const record::Sandbox& sandbox) {
  if (sandbox.services.empty()) return {};
  cli::Table table;
  table.row({"SERVICE", "STATE", "RESTARTS", "PID"});
  for (const record::ServiceState& service : sandbox.services)
    table.row({service.name, service.state, fmt::format("{}", service.restarts), service.pid ? fmt::format("{}", *service.pid) : "-"});
  return "\n" + table.text();
}

std::string port_table(const record::Sandbox& sandbox) {
  if (sandbox.ports.empty()) return {};
  cli::Table table;
  table.row({"PORT", "URL"});
  for (const record::Port& port : sandbox.ports) table.row({fmt::format("{}", port.port), port.url});
  return "\n" + table.text();
}

void write_sandboxes(const Options& options) {
  const std::vector<record::Sandbox> sandboxes = collect(options);
  if (options.output.human() && !options.output.quiet) {
    write_all(1, sandboxes.empty() ? "no sandboxes\n" : sandbox_table(sandboxes), "stdout");
    for (const record::Sandbox& sandbox : sandboxes)
      if (!options.targets.empty()) write_all(1, service_table(sandbox) + port_table(sandbox), "stdout");
    return;
  }
  for (const record::Sandbox& sandbox : sandboxes) cli::put(options.output, sandbox, sandbox.id);
}

void write_images(const Options& options) {
  const std::vector<store::StoredImage> images = store::list_images(store::Store::open());
  if (!options.output.human() || options.output.quiet) {
    for (const store::StoredImage& stored : images) cli::put(options.output, stored.image, stored.image.digest);
    return;
  }
  const store::Sizes sizes = store::sizes_of(images);
  cli::Table table;
  table.row({"NAME", "DIGEST", "SIZE", "OWN", "LAYERS", "AGE", "USED", "BY"});
  for (std::size_t i = 0; i < images.size(); ++i) {
    const store::StoredImage& stored = images[i];
    std::uint64_t bytes = 0;
    for (const record::Layer& layer : stored.image.layers) bytes += layer.bytes;
    table.row({stored.image.name, stored.image.digest.substr(0, 19), size_text(bytes),
               size_text(sizes.own[i]), fmt::format("{}", stored.image.layers.size()), duration_text(since(stored.image.created)),
               duration_text(wall_now() - stored.last_used) + " ago", stored.used_by.empty() ? "-" : stored.used_by});
  }
  const std::string total = fmt::format("{} in {} layers, those that images share counted once\n", size_text(sizes.bytes), sizes.layers);
  write_all(1, images.empty() ? "no images\n" : table.text() + total, "stdout");
}

int write_ssh_config(const Options& options) {
  if (options.targets.empty()) throw Error(ExitCode::input, "--ssh-config of which sandbox?", "sandbox-list ID --ssh-config");
  const store::Store store = store::Store::open();
  const std::vector<std::string> keys = life::callers_keys(options.ssh_key);
  for (const std::string& target : options.targets) {
    const record::Sandbox sandbox = store::running_sandbox(store, target);
    write_all(1, life::ssh_config(sandbox, life::prepare_ssh(store, sandbox, keys)), "stdout");
  }
  return 0;
}

int check_targets(const Options& options) {
  const store::Store store = store::Store::open();
  int code = 0;
  for (const std::string& target : options.targets) {
    if (store::find_sandbox(store, target)) continue;
    fmt::print(stderr, "sandbox-list: no such sandbox: '{}'\n", visible(target));
    code = static_cast<int>(ExitCode::no);
  }
  return code;
}

}  // namespace

int list(const Options& options) {
  if (options.ssh_key && !options.ssh_config) throw Error(ExitCode::input, "--ssh-key without --ssh-config");
  if (options.ssh_config) return write_ssh_config(options);
  if (options.watch && !::isatty(1)) throw Error(ExitCode::input, "--watch needs a terminal");
  for (;;) {
    if (options.watch) write_all(1, "\033[H\033[2J", "stdout");
    options.images ? write_images(options) : write_sandboxes(options);
    if (!options.watch) return options.images || options.state == "ended" || options.state == "all" ? 0 : check_targets(options);
    std::this_thread::sleep_for(std::chrono::seconds(2));
  }
}

}  // namespace sandbox::tool
