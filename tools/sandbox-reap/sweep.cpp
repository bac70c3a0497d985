#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/temp_dir.hpp"
#include "isolate/cgroup.hpp"
#include "life/disk_removal.hpp"
#include "life/machine_parts.hpp"
#include "life/templates.hpp"
#include "reap.hpp"
#include "store/collection.hpp"
#include "store/layers.hpp"
#include "store/removal.hpp"
#include "store/sandboxes.hpp"
#include "store/unfinished.hpp"

namespace sandbox::tool {

namespace {

using std::chrono::milliseconds;

/// Younger than this, a cgroup may belong to a launch that has not moved in yet.
constexpr milliseconds kSettled{60'000};

milliseconds age_of(const Path& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) < 0) return milliseconds(0);
  return milliseconds((wall_now().time_since_epoch().count()) - info.st_mtim.tv_sec * 1000 - info.st_mtim.tv_nsec / 1'000'000);
}

record::Reaped removed(const std::string& kind, const std::string& id, bool dry_run) {
  record::Reaped reaped;
  reaped.kind = kind;
  reaped.id = id;
  reaped.ended = "crash";
  reaped.dry_run = dry_run;
  return reaped;
}

/// Cgroups that bear a sandbox's id, but no sandbox does.
void sweep_cgroups(const store::Store& store, bool dry_run, std::vector<record::Reaped>& found) {
  const isolate::CgroupHost host = isolate::find_cgroups(isolate::CgroupFacts::read());
  std::vector<Path> parents;
  for (const auto* parent : {&host.memory, &host.pids, &host.cpu})
    if (*parent) parents.push_back((*parent)->directory);
  for (const auto* parent : {&host.unified, &host.tracking})
    if (*parent) parents.push_back(**parent);
  std::error_code error;
  for (const Path& parent : parents)
    for (const auto& entry : std::filesystem::directory_iterator(parent, error)) {
      const std::string id = entry.path().filename();
      if (!store::is_sandbox_id(id) || age_of(entry.path()) < kSettled) continue;
      if (std::filesystem::exists(store::sandbox_directory(store, id), error)) continue;
      // Another store of the same user may own it: only an empty one is certainly nobody's.
      if (!read_file_if_exists(entry.path() / "cgroup.procs", 1 << 20).value_or("x").empty()) continue;
      record::Reaped reaped = removed("debris", entry.path().native(), dry_run);
      reaped.freed.cgroups = dry_run ? 0 : isolate::end_cgroups({entry.path()});
      found.push_back(std::move(reaped));
    }
}

}  // namespace

std::vector<record::Reaped> sweep_debris(const store::Store& store, bool dry_run) {
  std::vector<record::Reaped> found;
  const auto how = dry_run ? store::Sweep::look : store::Sweep::remove;
  std::vector<store::Abandoned> abandoned = store::sweep_unfinished(store, how);
  std::ranges::move(life::sweep_disks(store, how), std::back_inserter(abandoned));
  for (const store::Abandoned& left : abandoned) {
    found.push_back(removed("debris", left.path.native(), dry_run));
    found.back().freed.bytes = left.bytes;
    found.back().freed.directories = 1;
  }
  sweep_cgroups(store, dry_run, found);
  return found;
}

namespace {

void remove_part(const Path& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) remove_tree(path);
  else if (::unlink(path.c_str()) < 0 && errno != ENOENT) throw_system_error("cannot remove", path.native());
}

/// The layers of these images that are machines.
std::vector<std::string> machines_of(const store::Store& store, const std::vector<std::string>& digests) {
  std::vector<std::string> machines;
  for (const std::string& digest : digests)
    if (const auto image = store::find_image_if_any(store, digest); image && image->machine) machines.push_back(image->layers.back().digest);
  return machines;
}

}  // namespace

std::vector<record::Reaped> reap_machine_parts(const store::Store& store, const Options& options) {
  std::vector<record::Reaped> reaped;
  // Whoever is just launching has used it in this minute.
  const WallTime before = wall_now() - std::max(options.unused_for.value_or(kSettled), kSettled);
  for (const life::MachinePart& part : life::unused_parts(store, before)) {
    reaped.push_back(removed("machine", part.path.native(), options.dry_run));
    reaped.back().ended = "unused";
    reaped.back().freed.bytes = part.bytes;
    if (!options.dry_run) remove_part(part.path);
  }
  return reaped;
}

std::vector<record::Reaped> reap_images(const store::Store& store, const Options& options) {
  std::vector<std::string> images, layers;
  std::vector<record::Reaped> reaped;
  for (const store::Unused& unused : store::choose_unused(store, {options.unused_for, options.keep_bytes}, wall_now())) {
    const bool is_image = unused.kind == store::Unused::Kind::image;
    (is_image ? images : layers).push_back(unused.digest);
    record::Reaped one = removed(is_image ? "image" : "layer", unused.digest, options.dry_run);
    if (is_image) one.name = unused.name;
    one.ended = "unused";
    one.freed.bytes = unused.bytes;
    one.freed.directories = unused.layers;
    reaped.push_back(std::move(one));
  }
  if (options.dry_run || reaped.empty()) return reaped;
  const std::vector<std::string> machines = machines_of(store, images);
  const store::Removed gone = store::remove_images(store, images, layers);
  // What programs had in their memory is not to stay in ours.
  for (const std::string& digest : machines)
    if (!store::find_layer(store, digest)) life::end_keeper_of(store, digest);
  std::erase_if(reaped, [&](const record::Reaped& one) { return gone.kept.contains(one.id); });
  return reaped;
}

}  // namespace sandbox::tool
