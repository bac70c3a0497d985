#include "build/build.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <thread>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/lock.hpp"
#include "base/text.hpp"
#include "build/bases.hpp"
#include "build/files.hpp"
#include "build/identity.hpp"
#include "build/instructions.hpp"
#include "build/locking.hpp"
#include "build/step.hpp"
#include "build/times.hpp"
#include "digest/sha256.hpp"
#include "image/identity.hpp"
#include "image/manifest.hpp"
#include "life/door_plan.hpp"
#include "store/images.hpp"
#include "store/keys.hpp"
#include "store/layers.hpp"
#include "store/unfinished.hpp"

namespace sandbox::build {

namespace {

constexpr std::uint64_t kFull = std::uint64_t{4} << 20;  // less is not worth an attempt
constexpr int kMaxBases = 10;  // recipes built from recipes

/// What programs say, of all steps of one run; emptied when the first one begins.
class Log {
 public:
  explicit Log(Path path) : path_(std::move(path)) {}
  Fd open(const std::string& title);

 private:
  Path path_;
  bool begun_ = false;
};

Fd Log::open(const std::string& title) {
  const int empty = std::exchange(begun_, true) ? 0 : O_TRUNC;
  Fd fd = checked_fd(::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | empty, 0600),
                     "cannot open the log", path_.native());
  write_all(fd.get(), fmt::format("--- {}\n", title), path_.native());
  return fd;
}

/// Where those who test the image find the files that its recipe names.
std::string place_of(const Recipe& recipe) {
  std::string folder = std::filesystem::absolute(recipe.folder).lexically_normal().native();
  if (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
  return folder;
}

/// Nothing in it could be another the next time.
bool is_pinned(const Locking& locking, const Plan& plan) {
  return locking.is_locked() && std::ranges::none_of(plan.steps, ages);
}

bool is_fresh(WallTime made) { return wall_now() - made < kMaxAge; }

/// One build of one recipe.
class Build {
 public:
  Build(const Site& site, const Settings& settings, const Watcher& watcher, Log& log, int depth)
      : site_(site), store_(site.store), settings_(settings), watcher_(watcher), log_(log), depth_(depth) {}

  record::Image run(const Recipe& recipe);

 private:
  Plan plan(const Recipe& recipe);
  record::Image base_image(const Recipe& recipe);
  std::optional<record::Image> find_finished(const std::string& key, bool any_ages);
  std::optional<record::Layer> find_step(const std::string& key, const Step& step);
  std::optional<record::Image> unchanged(const std::string& key, const Recipe& recipe, bool any_ages, bool pinned);
  void write_lock(Locking& locking, const Recipe& recipe, Plan& plan, record::Image& image);
  record::Layer layer_for(const Step& step, const std::vector<record::Layer>& lower, bool use_cache);
  record::Layer make(const Step& step, const std::vector<record::Layer>& lower);
  Fd lock_key(const std::string& key);
  std::size_t first_made_anew(const std::vector<Step>& steps) const;

  const Site& site_;
  const store::Store& store_;
  const Settings& settings_;
  const Watcher& watcher_;
  Log& log_;
  int depth_;
  std::string recipe_;  // its name
  std::string at_;      // "2/5": the step under way
  std::string lock_file_;
  std::map<std::string, double> timings_;
};

Plan Build::plan(const Recipe& recipe) {
  Plan plan;
  switch (recipe.from.kind) {
    case Base::Kind::scratch: plan.steps.push_back(scratch_step(recipe)); break;
    case Base::Kind::debian:
    case Base::Kind::ubuntu: plan.steps.push_back(debian_step(recipe)); break;
    case Base::Kind::tar: plan.steps.push_back(archive_step(recipe)); break;
    case Base::Kind::oci: {
      OciBase base = oci_base(recipe);
      plan = {{}, std::move(base.defaults), std::move(base.version), std::move(base.description), std::move(base.steps), {}};
      break;
    }
    case Base::Kind::recipe: {
      record::Image base = base_image(recipe);
      plan.source = Locked{.of = recipe.from.value, .digest = base.digest};
      plan.base = std::move(base.layers);
      plan.defaults = std::move(base.defaults);
      break;
    }
  }
  if (!recipe.copies.empty() || !recipe.links.empty())
    plan.steps.push_back(files_step(recipe, recipe.copies, recipe.links));
  record::Defaults defaults = plan.defaults;
  for (const auto& [variable, value] : recipe.env) defaults.env[variable] = value;
  for (Step& step : instruction_steps(recipe, defaults.env)) plan.steps.push_back(std::move(step));
  return plan;
}

/// The recipe beside this one, else what the store has under that name.
record::Image Build::base_image(const Recipe& recipe) {
  const Path sibling = recipe.folder / ".." / recipe.from.value;
  std::error_code error;
  if (!std::filesystem::exists(sibling / "recipe.yaml", error)) {
    if (auto image = store::find_image_if_any(store_, recipe.from.value)) {
      if (image->machine) (void)store::layer_trees(store_, *image);  // which says why not
      return std::move(*image);
    }
    throw problem_at(recipe.file, recipe.from.place, fmt::format("no recipe or image '{}'", recipe.from.value));
  }
  if (depth_ == kMaxBases)
    throw problem_at(recipe.file, recipe.from.place, "recipes are built from each other too deeply");
  return Build(site_, settings_, watcher_, log_, depth_ + 1).run(read_recipe(sibling));
}

std::optional<record::Image> Build::find_finished(const std::string& key, bool any_ages) {
  const std::optional<store::Key> known = store::find_key(store_, key);
  if (!known || (any_ages && !is_fresh(known->made))) return std::nullopt;
  std::optional<record::Image> image = store::find_image_if_any(store_, known->digest);
  if (!image) return std::nullopt;
  for (const record::Layer& layer : image->layers)
    if (::access(store::layer_tree(store_, layer.digest).c_str(), F_OK) < 0) return std::nullopt;
  return image;
}

std::optional<record::Layer> Build::find_step(const std::string& key, const Step& step) {
  const std::optional<store::Key> known = store::find_key(store_, key);
  if (!known || (ages(step) && !is_fresh(known->made))) return std::nullopt;
  return store::find_layer(store_, known->digest);
}

/// Two builds of the same thing share one: the second waits here and then finds it done.
Fd Build::lock_key(const std::string& key) {
  const Path file = store_.keys() / (key + ".lock");
  if (std::optional<Fd> lock = try_lock_file(file)) return std::move(*lock);
  watcher_.stage(fmt::format("{}: waiting for another build of the same", recipe_));
  for (;;) {
    if (std::optional<Fd> lock = try_lock_file(file)) return std::move(*lock);
    ::usleep(50'000);
    watcher_.tick();
  }
}

bool is_full(const Path& folder) {
  struct statvfs disk {};
  return ::statvfs(folder.c_str(), &disk) == 0 && (disk.f_bavail * disk.f_frsize < kFull || disk.f_favail == 0);
}

/// A program that found the disk full says so in its own words, and exits as it likes.
void carry_out(const Step& step, const Workplace& place, const std::string& at) {
  try {
    step.make(place);
  } catch (const Error& error) {
    if (error.code() != ExitCode::no) throw;
    if (!is_full(place.folder)) {
      if (step.where.empty() || !error.hint().empty()) throw;  // a lock's own place says more
      throw Error(ExitCode::no, fmt::format("{}step {} '{}' failed: {}", step.where, at, step.title, error.what()), error.hint());
    }
    throw Error(HostCheck::space, fmt::format("no space left in the store '{}'", place.folder.parent_path().parent_path().native()),
                "free some: sandbox-reap --images --unused-for 7d");
  }
}

timespec time_of(const Path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) < 0) throw_system_error("cannot look at", path.native());
  return info.st_mtim;
}

record::Layer Build::make(const Step& step, const std::vector<record::Layer>& lower) {
  watcher_.stage(fmt::format("{}: {} {}", recipe_, at_, step.title));
  store::Unfinished unfinished = store::Unfinished::create(store_);
  Workplace place{unfinished.path(), unfinished.path() / kTree, {}, lower, -1, watcher_.tick, &site_, recipe_, step.locked, step.taken, lock_file_, step.title, step.where};
  for (const Path& folder : {place.tree.parent_path(), place.tree})
    if (::mkdir(folder.c_str(), 0755) < 0 || ::chmod(folder.c_str(), 0755) < 0)
      throw_system_error("cannot create", folder.native());
  for (const record::Layer& layer : lower) place.lower.push_back(store::layer_tree(store_, layer.digest));
  const Fd log = log_.open(step.title);
  place.log = log.get();
  // By the clock of the file system: what is made from now on is not older.
  const timespec began = time_of(place.tree);
  carry_out(step, place, at_);
  clamp_times(place.tree, step.keeps_times ? began : timespec{kEpoch, 0});
  const record::Layer layer = image::describe_layer(place.tree);
  store::publish_layer(store_, place.tree.parent_path(), layer);
  return layer;
}

record::Layer Build::layer_for(const Step& step, const std::vector<record::Layer>& lower, bool use_cache) {
  const std::string key = key_of(step, lower);
  const WallTime before = wall_now();
  const Fd lock = lock_key(key);
  const auto found = step.taken ? std::nullopt : find_step(key, step);
  if (found)
    if (use_cache || store::find_key(store_, key)->made >= before) return *found;
  const Stopwatch watch;
  const record::Layer layer = make(step, lower);
  store::write_key(store_, key, {layer.digest, wall_now()});
  timings_[step.title] += watch.elapsed_ms();
  return layer;
}

/// As progress numbers them, from 0.
std::size_t Build::first_made_anew(const std::vector<Step>& steps) const {
  if (!settings_.use_cache) return 0;
  if (!settings_.from_step || depth_ > 0) return steps.size();
  std::string names;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const std::string number = fmt::format("{}", i + 1);
    if (settings_.from_step == number || settings_.from_step == steps[i].name || settings_.from_step == steps[i].title) return i;
    names += fmt::format("{}{} {}", i == 0 ? "" : ", ", number, steps[i].title);
  }
  throw Error(ExitCode::input, fmt::format("--from-step '{}': the recipe '{}' has no such step", visible(*settings_.from_step), recipe_),
              "it has: " + names);
}

/// The image of the same key that is there; how it came to be now is another matter.
std::optional<record::Image> Build::unchanged(const std::string& key, const Recipe& recipe, bool any_ages, bool pinned) {
  std::optional<record::Image> image = find_finished(key, any_ages);
  if (!image) return std::nullopt;
  const std::string place = place_of(recipe);
  if (image->pinned != pinned || image->recipe != place) {
    image->pinned = pinned;
    image->recipe = place;
    store::publish_image(store_, *image);
  }
  image->cached = true;
  store::name_image(store_, *image);
  return image;
}

/// Now that it is whole: with the lock that was just written, the same layers would be made.
void Build::write_lock(Locking& locking, const Recipe& recipe, Plan& plan, record::Image& image) {
  locking.write();
  locking.tell(plan.steps);
  std::vector<record::Layer> lower = plan.base;
  for (const Step& step : plan.steps) {
    const record::Layer& layer = image.layers[lower.size()];
    if (step.locked) store::write_key(store_, key_of(step, lower), {layer.digest, wall_now()});
    lower.push_back(layer);
  }
  image.pinned = is_pinned(locking, plan);
  store::publish_image(store_, image);
  store::write_key(store_, key_of(recipe, plan), {image.digest, wall_now()});
}

record::Image Build::run(const Recipe& recipe) {
  const Stopwatch watch;
  recipe_ = recipe.name;
  life::check_grants(doors_of_steps(recipe), site_.config, site_.request, recipe.name, "");
  const Fd in_use = store::lock_images(store_);  // first: the base must not go meanwhile
  Plan plan = this->plan(recipe);
  const bool updates = settings_.update_lock && depth_ == 0;
  Locking locking(recipe, updates ? Locking::Mode::update : Locking::Mode::obey, plan.source, plan.steps);
  locking.tell(plan.steps);
  lock_file_ = locking.file();
  const std::string key = key_of(recipe, plan);
  const std::size_t anew = first_made_anew(plan.steps);
  if (anew == plan.steps.size() && !updates)
    if (auto image = unchanged(key, recipe, std::ranges::any_of(plan.steps, ages), is_pinned(locking, plan))) {
      image->timings_ms = {{"total", watch.elapsed_ms()}};
      return std::move(*image);
    }
  store::sweep_unfinished(store_);
  record::Image image;
  image.name = recipe.name;
  image.version = recipe.version ? recipe.version : plan.version;
  image.description = recipe.description ? recipe.description : plan.description;
  image.defaults = recipe.defaults_over(plan.defaults);
  image.layers = plan.base;
  image.proof = recipe.proof;
  image.recipe = place_of(recipe);
  image.pinned = is_pinned(locking, plan);
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    at_ = fmt::format("{}/{}", i + 1, plan.steps.size());
    image.layers.push_back(layer_for(plan.steps[i], image.layers, i < anew));
  }
  image.digest = image::digest_of(image);
  image.created = rfc3339(wall_now());
  image.timings_ms = timings_;
  image.timings_ms["total"] = watch.elapsed_ms();
  store::publish_image(store_, image);
  store::write_key(store_, key, {image.digest, wall_now()});
  if (updates) write_lock(locking, recipe, plan, image);
  watcher_.done();
  return image;
}

}  // namespace

record::Limits default_limits() {
  record::Limits limits;
  limits.memory_bytes = std::uint64_t{4} << 30;
  limits.disk_bytes = std::uint64_t{16} << 30;
  limits.pids = 2048;
  limits.cpus = std::max(1U, std::thread::hardware_concurrency());
  return limits;
}

Path log_of(const store::Store& store, const Recipe& recipe, const Settings& settings) {
  return settings.log.empty() ? store.state() / "logs" / (recipe.name + ".log") : settings.log;
}

record::Image build(const Site& site, const Recipe& recipe, const Settings& settings, const Watcher& watcher) {
  const Path path = log_of(site.store, recipe, settings);
  if (settings.log.empty() && ::mkdir(path.parent_path().c_str(), 0700) < 0 && errno != EEXIST)
    throw_system_error("cannot create", path.parent_path().native());
  Log log(path);
  return Build(site, settings, watcher, log, 0).run(recipe);
}

}  // namespace sandbox::build
