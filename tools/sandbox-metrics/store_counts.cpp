#include "store_counts.hpp"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>

#include "base/error.hpp"
#include "capped.hpp"
#include "occupied.hpp"
#include "store/digests.hpp"
#include "store/images.hpp"
#include "store/layers.hpp"
#include "store/places.hpp"

namespace sandbox::tool {

namespace {

constexpr std::size_t kHexDigits = 64;

void count_sandboxes(Exposition& exposition, const std::vector<record::Sandbox>& sandboxes, int places) {
  Family& states = exposition.gauge("sandbox_sandboxes", "Sandboxes by state; orphaned: the supervisor is dead.");
  Capped known{"starting", "running", "paused", "orphaned"};
  for (const std::string& state : known.known()) states.set({{"state", state}}, 0);
  for (const record::Sandbox& sandbox : sandboxes) states.add({{"state", known(sandbox.state)}});
  exposition.gauge("sandbox_places", "Places: how many sandboxes may run at once.").set({}, places);
  const auto taken = std::ranges::count_if(sandboxes, [](const record::Sandbox& sandbox) {
    return sandbox.state != "orphaned" && sandbox.place >= 0 && sandbox.place < store::kBuildPlaces.first;
  });
  exposition.gauge("sandbox_places_taken", "Places that are taken; steps of builds take none.").set({}, static_cast<double>(taken));
}

struct Layers {
  std::uint64_t count = 0, bytes = 0, unreadable = 0;
};

/// As their records say, each once: to walk them all would take a minute.
Layers count_layers(const store::Store& store) {
  Layers layers;
  for (const auto& entry : std::filesystem::directory_iterator(store.layers())) {
    const std::string name = entry.path().filename();
    if (name.size() != kHexDigits || !store::is_hex(name)) continue;
    try {
      const auto layer = store::find_layer(store, std::string(store::kDigestPrefix) + name);
      if (layer) ++layers.count, layers.bytes += layer->bytes;
      else if (std::filesystem::exists(entry.path())) ++layers.unreadable;
    } catch (const Error&) {
      ++layers.unreadable;
    }
  }
  return layers;
}

struct Images {
  std::uint64_t count = 0, unreadable = 0;
};

Images count_images(const store::Store& store) {
  Images images;
  for (const auto& entry : std::filesystem::directory_iterator(store.images())) {
    const std::string name = entry.path().stem();
    if (entry.path().extension() != ".json" || name.size() != kHexDigits || !store::is_hex(name)) continue;
    try {
      if (store::find_image_if_any(store, name)) ++images.count;
    } catch (const Error&) {
      ++images.unreadable;
    }
  }
  return images;
}

/// The image file of all disks is what they take; without one each is a folder.
Occupied occupied_by_disks(const store::Store& store) {
  struct stat info {};
  if (::stat(store.disk_image().c_str(), &info) == 0) return {static_cast<std::uint64_t>(info.st_blocks) * 512, true};
  return occupied(store.disks());
}

void count_bytes(Exposition& exposition, const store::Store& store, std::uint64_t layers) {
  Family& bytes = exposition.gauge("sandbox_store_bytes", "What the parts of the store take; layers: as their records say.");
  Family& partly = exposition.gauge("sandbox_store_partly", "1 where parts could not be read or were too many, so that there is more than counted.");
  const auto set = [&](const char* part, const Occupied& occupied) {
    bytes.set({{"part", part}}, static_cast<double>(occupied.bytes));
    partly.set({{"part", part}}, occupied.is_all ? 0 : 1);
  };
  set("layers", {layers, true});
  set("caches", occupied(store.caches()));
  set("disks", occupied_by_disks(store));
  set("log", occupied(store.log()));
  set("machines", occupied(store.machines()));
  set("temporary", occupied(store.temporary()));
}

void count_room(Exposition& exposition, const store::Store& store) {
  struct statvfs info {};
  if (::statvfs(store.state().c_str(), &info) < 0) throw_system_error("cannot look at the disk of", store.state().native());
  const auto gauge = [&](const char* name, const char* help, double value) { exposition.gauge(name, help).set({}, value); };
  const auto block = static_cast<double>(info.f_frsize);
  gauge("sandbox_store_disk_size_bytes", "The file system that the store is on.", static_cast<double>(info.f_blocks) * block);
  gauge("sandbox_store_disk_available_bytes", "Of it, what the store's owner can still use.",
        static_cast<double>(::geteuid() == 0 ? info.f_bfree : info.f_bavail) * block);
  gauge("sandbox_store_disk_files", "Inodes of that file system; 0 where it has no bound.", static_cast<double>(info.f_files));
  gauge("sandbox_store_disk_files_free", "Of them, those that are free.", static_cast<double>(info.f_ffree));
}

}  // namespace

void count_store(Exposition& exposition, const store::Store& store, const std::vector<record::Sandbox>& sandboxes, int places) {
  count_sandboxes(exposition, sandboxes, places);
  const Images images = count_images(store);
  const Layers layers = count_layers(store);
  exposition.gauge("sandbox_images", "Images in the store.").set({}, static_cast<double>(images.count));
  exposition.gauge("sandbox_layers", "Layers in the store, those that images share counted once.").set({}, static_cast<double>(layers.count));
  Family& unreadable = exposition.gauge("sandbox_store_unreadable", "Entries of the store whose record is damaged.");
  // A damaged sandbox has no more than its id.
  const auto damaged = std::ranges::count_if(sandboxes, [](const record::Sandbox& sandbox) { return sandbox.place < 0; });
  unreadable.set({{"part", "sandboxes"}}, static_cast<double>(damaged));
  unreadable.set({{"part", "images"}}, static_cast<double>(images.unreadable));
  unreadable.set({{"part", "layers"}}, static_cast<double>(layers.unreadable));
  count_bytes(exposition, store, layers.bytes);
  count_room(exposition, store);
}

}  // namespace sandbox::tool
