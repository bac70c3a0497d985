#include "snapshot.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "cli/answer.hpp"
#include "cli/warn.hpp"
#include "config/config.hpp"
#include "image/identity.hpp"
#include "image/manifest.hpp"
#include "kept.hpp"
#include "life/journal.hpp"
#include "life/still.hpp"
#include "machine.hpp"
#include "name.hpp"
#include "record/chain.hpp"
#include "record/misfit.hpp"
#include "store/images.hpp"
#include "store/layers.hpp"
#include "store/sandboxes.hpp"
#include "store/unfinished.hpp"

namespace sandbox::tool {

namespace {

/// An overlay takes its layers as one setting of 255 bytes.
constexpr std::size_t kMostLayers = 80;

std::string human(const record::Image& image) {
  const record::Layer& layer = image.layers.back();
  if (image.machine)
    return fmt::format("{}  {}  {} of memory and disk; stood still for {:.1f} ms\n", image.name, image.digest.substr(0, 19), size_text(layer.bytes),
                       image.timings_ms.at("still"));
  return fmt::format("{}  {}  {} in {} files, on {} layers; stood still for {:.1f} ms\n", image.name, image.digest.substr(0, 19),
                     size_text(layer.bytes), layer.files, image.layers.size() - 1, image.timings_ms.at("still"));
}

/// The folder that becomes a layer, with its tree.
Path make_layer_folder(const Path& parent) {
  const Path made = parent / "layer", tree = made / "tree";
  for (const Path& folder : {made, tree})
    if (::mkdir(folder.c_str(), 0755) < 0 || ::chmod(folder.c_str(), 0755) < 0) throw_system_error("cannot create", folder.native());
  return made;
}

class Snapshotter {
 public:
  explicit Snapshotter(const Options& options)
      : options_(options), store_(store::Store::open()), log_(life::open_log(store_, config::Config::load().log)) {}

  /// A failure is in the log.
  void make(const std::string& target) {
    audit::logged(log_, [&] { apply(target, nullptr); });
  }

  /// A failure is in the log, and is the answer.
  int answer(const Json& record) {
    return life::logged_answer(log_, options_.output, [&] {
      const Json& sandbox = record::required(record, record::Sandbox::kSchema, "sandbox", "pipe the output of sandbox-launch into this");
      apply(sandbox.get<record::Sandbox>().id, record::as_from(record));
      return static_cast<int>(ExitCode::ok);
    });
  }

 private:
  void apply(const std::string& target, const Json& from);
  void add_layer(const record::Sandbox& sandbox, record::Image& image, double& still_ms);
  record::Layer layer_of(life::Still& still, const record::Sandbox& sandbox, const record::Image& below, const Path& tree);
  record::Layer machine_of(life::Still& still, const record::Sandbox& sandbox, record::Image& image, const Path& tree);

  const Options& options_;
  store::Store store_;
  audit::Log log_;
};

void Snapshotter::add_layer(const record::Sandbox& sandbox, record::Image& image, double& still_ms) {
  const store::Unfinished unfinished = store::Unfinished::create(store_);
  const Path made = make_layer_folder(unfinished.path());
  life::Still still = life::Still::begin(store_, sandbox.id);
  const record::Layer layer =
      still.stillness().machine ? machine_of(still, sandbox, image, made / "tree") : layer_of(still, sandbox, image, made / "tree");
  still_ms = still.stood_ms();
  store::publish_layer(store_, made, layer);
  image.layers.push_back(layer);
}

record::Layer Snapshotter::layer_of(life::Still& still, const record::Sandbox&, const record::Image& below, const Path& tree) {
  const std::vector<Path> lower = store::layer_trees(store_, below);
  const std::uint64_t lost = keep_files(still, tree);
  still.end();
  if (lost > 0) cli::warn(fmt::format("{} files of other users inside belong to root in the snapshot: this store is a user's", lost));
  remove_foreign(tree, lower, still.stillness());
  return image::describe_layer(tree);
}

/// A copy is of its size, and keeps its limits.
record::Layer Snapshotter::machine_of(life::Still& still, const record::Sandbox& sandbox, record::Image& image, const Path& tree) {
  keep_machine(still, *sandbox.limits.memory_bytes, tree);
  still.end();
  image.machine = still.stillness().machine->shape;
  image.defaults.resources = sandbox.limits;
  return describe_machine(tree);
}

void Snapshotter::apply(const std::string& target, const Json& from) {
  const Stopwatch watch;
  const record::Sandbox sandbox = store::running_sandbox(store_, target, store::Paused::accepted);
  log_.concerns(sandbox.id);
  const std::string name = options_.name.value_or(snapshot_name(sandbox.image));
  check_name(store_, name);
  const Fd in_use = store::lock_images(store_);  // until the new image uses the same layers
  store::sweep_unfinished(store_);
  const record::Image below = store::find_image(store_, sandbox.image_digest), files_below = store::without_machine(below);
  if (below.layers.size() >= kMostLayers)
    throw Error(ExitCode::input, fmt::format("the image '{}' has {} layers: there is no room for one more", below.name, below.layers.size()),
                "build an image of what is needed, and go on from that");
  record::Image image = files_below;
  double still_ms = 0;
  add_layer(sandbox, image, still_ms);
  image.name = name;
  image.pinned = image.cached = false;
  image.snapshot_of = record::SnapshotOf{sandbox.id, below.name, below.digest};
  image.digest = image::digest_of(image);
  image.created = rfc3339(wall_now());
  image.timings_ms = {{"still", still_ms}, {"total", watch.elapsed_ms()}};
  image.from = nullptr;
  store::publish_image(store_, image);
  log_.append(audit::snapshot_made(image));
  image.from = from;
  cli::put(options_.output, image, image.digest, [&] { return human(image); });
}

int snapshot_from_stdin(Snapshotter& snapshotter, const Options& options) {
  const cli::Answering how{"nothing is named and stdin is a terminal", "sandbox-snapshot ID, or pipe records into it", options.output};
  return cli::answer_records(how, [&](const Json& record) {
    if (record::is_failure(record)) return cli::pass_on(record);
    return snapshotter.answer(record);
  });
}

}  // namespace

int snapshot(const Options& options) {
  Snapshotter snapshotter(options);
  if (options.targets.empty()) return snapshot_from_stdin(snapshotter, options);
  for (const std::string& target : options.targets) snapshotter.make(target);
  return static_cast<int>(ExitCode::ok);
}

}  // namespace sandbox::tool
