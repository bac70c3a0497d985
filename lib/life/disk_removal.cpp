#include "life/disk_removal.hpp"

#include "base/error.hpp"
#include "base/temp_dir.hpp"
#include "engine/container/disk.hpp"
#include "store/sandboxes.hpp"

namespace sandbox::life {

std::uint64_t remove_disk(const store::Store& store, const std::string& id) {
  const auto away = engine::put_away_disk(store.disks() / id);
  return away ? remove_tree(*away) : 0;
}

std::vector<store::Abandoned> sweep_disks(const store::Store& store, store::Sweep how) {
  std::vector<store::Abandoned> found;
  std::error_code error;  // none were ever made
  for (const auto& entry : std::filesystem::directory_iterator(store.disks(), error)) try {
      const std::string id = entry.path().filename();
      // A sandbox is there before its disk and after it.
      if (!store::is_sandbox_id(id) || std::filesystem::exists(store::sandbox_directory(store, id), error)) continue;
      found.push_back({entry.path(), how == store::Sweep::remove ? remove_disk(store, id) : 0});
    } catch (const Error&) {
      // Another sweep was faster, or it cannot be removed now: the next one tries again.
    }
  return found;
}

}  // namespace sandbox::life
