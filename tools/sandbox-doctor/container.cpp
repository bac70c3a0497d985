// The doctor's proof: a sandbox, started as a launch starts it, and ended.
#include <fmt/format.h>
#include <sys/stat.h>

#include "base/clock.hpp"
#include "base/temp_dir.hpp"
#include "engine/container/container.hpp"
#include "examination.hpp"
#include "store/sandboxes.hpp"
#include "trial.hpp"

namespace sandbox::tool {

namespace {

/// Whatever limit is absent has a line of its own that says so.
engine::Spec spec_in(const Path& directory) {
  engine::Spec spec;
  spec.id = store::new_sandbox_id();
  spec.place = kTrialPlace;
  spec.directory = directory;
  spec.layers = {directory / "layer"};
  spec.limits = record::Limits{.memory_bytes = 64 << 20, .disk_bytes = 16 << 20, .pids = 64, .cpus = 1, .open_files = 256};
  spec.allow_missing = {"memory", "pids", "disk"};
  return spec;
}

std::string start_and_end(const Host& host) {
  const bool in_store = host.has_store && std::filesystem::is_directory(host.store->temporary());
  const TempDir directory = TempDir::create(in_store ? host.store->temporary() : Path("/tmp"));
  const engine::Spec spec = spec_in(directory.path());
  std::filesystem::create_directory(spec.layers.front());
  if (::chmod(spec.layers.front().c_str(), 0755) < 0) throw_system_error("cannot open up", spec.layers.front().native());
  engine::HostFacts facts = engine::read_host_facts();
  facts.ids = isolate::id_map_for(kTrialPlace);
  Stopwatch watch;
  const auto machine = engine::start_container(spec, facts, engine::prepare_agent(host.agent));
  machine->await_start();
  const double took = watch.elapsed_ms();
  machine->end();
  return fmt::format("one started in {:.1f} ms and ended", took);
}

}  // namespace

DiagnosisLine examine_container(const Host& host) {
  auto line = line_of(HostCheck::container, "isolation", Need::required, "all of the above together, as a launch does it");
  const Tried tried = try_out([&] { return start_and_end(host); });
  if (tried.holds) return ok(std::move(line), tried.found);
  return lacking(std::move(line), tried.found, advice(tried.hint));
}

}  // namespace sandbox::tool
