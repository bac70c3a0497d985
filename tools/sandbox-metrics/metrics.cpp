#include "metrics.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "config/config.hpp"
#include "log_counts.hpp"
#include "store/places.hpp"
#include "store/sandboxes.hpp"
#include "store_counts.hpp"

namespace sandbox::tool {

namespace {

Labels checked(const std::map<std::string, std::string>& labels) {
  constexpr std::size_t kLongest = 200;
  // Those that our samples have themselves.
  Capped ours{"state", "part", "engine", "recipe", "stage", "reason", "status", "exit", "tool", "code", "direction", "cached", "kind", "version"};
  for (const auto& [name, value] : labels) {
    if (!is_label_name(name) || ours.known().contains(name))
      throw Error(ExitCode::input, fmt::format("not a name for a label: '{}'", visible(name)), "letters, digits and '_', and none that the metrics have themselves");
    if (!is_utf8(value) || value.size() > kLongest) throw Error(ExitCode::input, fmt::format("not a value for the label '{}'", name), "UTF-8, at most 200 bytes");
  }
  return {labels.begin(), labels.end()};
}

std::string gather(const Labels& labels) {
  const store::Store store = store::Store::open();
  const int places = config::Config::load().places.value_or(store::default_places());
  Exposition exposition;
  exposition.gauge("sandbox_metrics_info", "The version of sandbox-metrics.").set({{"version", SANDBOX_VERSION}}, 1);
  exposition.gauge("sandbox_metrics_timestamp_seconds", "When these metrics were gathered.")
      .set({}, std::chrono::duration<double>(wall_now().time_since_epoch()).count());
  // Before the log: whatever ends in between is then known to have ended.
  const std::vector<record::Sandbox> sandboxes = store::list_sandboxes(store);
  count_store(exposition, store, sandboxes, places);
  LogCounts log(exposition);
  log.read(audit::take_files(store.log()));
  log.add_living(sandboxes);
  return exposition.text(labels);
}

/// Whoever collects it is somebody else, and reads the old file or the new one, whole.
void put(const Path& file, const std::string& text) {
  ::umask(022);
  replace_file(file, text, 0644);
}

}  // namespace

int write_metrics(const Options& options) {
  const Labels labels = checked(options.labels);
  if (options.output && Path(*options.output).extension() != ".prom")
    throw Error(ExitCode::input, fmt::format("'{}' does not end in .prom", visible(*options.output)), "collectors read no other files");
  const std::string text = gather(labels);
  options.output ? put(*options.output, text) : write_all(1, text, "stdout");
  return 0;
}

}  // namespace sandbox::tool
