#include "life/disk_choice.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"
#include "base/lock.hpp"
#include "isolate/loop_image.hpp"
#include "isolate/project_quota.hpp"
#include "life/process.hpp"

namespace sandbox::life {

namespace {

constexpr const char* kQuota = "project-quota";
constexpr const char* kImage = "image";
constexpr const char* kMemory = "tmpfs";
constexpr std::size_t kMaxMemory = 4096;

std::uint64_t device_of(const Path& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? info.st_dev : 0;
}

/// An image that is mounted or not is another device; one that is no more wanted, another size.
std::string key_of(const store::Store& store, std::uint64_t image_bytes) {
  return fmt::format("{} {:x} {:x} {}", boot_id(), device_of(store.state()), device_of(store.disks()), image_bytes);
}

isolate::QuotaTrial try_in(const Path& disks) {
  const Fd directory(::open(disks.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  return directory ? isolate::try_project_quota(directory) : isolate::QuotaTrial::unclear;
}

void mount_image(const store::Store& store, std::uint64_t bytes) try {
  isolate::mount_image(store.disk_image(), bytes, store.disks());
  if (try_in(store.disks()) != isolate::QuotaTrial::holds)
    throw Error(HostCheck::disk, "its project quota does not hold");
} catch (const Error& error) {
  throw Error(HostCheck::disk, fmt::format("the store's image cannot be had: {}", error.what()),
              "see disk.image in sandbox-config(5); without it, disks are memory");
}

/// What bounds disks from now on; nothing: it could not be found out.
std::optional<std::string> find_out(const store::Store& store, std::uint64_t image_bytes) {
  if (::mkdir(store.disks().c_str(), 0700) < 0 && errno != EEXIST) throw_system_error("cannot make", store.disks().native());
  const isolate::QuotaTrial trial = try_in(store.disks());
  if (trial == isolate::QuotaTrial::holds)
    return isolate::is_on_image(store.disks(), store.disk_image()) ? kImage : kQuota;
  if (image_bytes > 0) {
    mount_image(store, image_bytes);
    return kImage;
  }
  return trial == isolate::QuotaTrial::absent ? std::optional<std::string>(kMemory) : std::nullopt;
}

std::string bounded_by(const store::Store& store, std::uint64_t image_bytes) {
  const Path memory = store.state() / "disks.known";
  const auto look = [&] {
    return remembered(read_file_if_exists(memory, kMaxMemory).value_or(""), key_of(store, image_bytes));
  };
  if (const auto known = look()) return *known;
  const Fd lock = lock_file(store.state() / "disks.lock");
  if (const auto known = look()) return *known;  // somebody else has just found out
  const auto found = find_out(store, image_bytes);
  if (found) replace_file(memory, fmt::format("{} {}", key_of(store, image_bytes), *found));
  return found.value_or(kMemory);
}

}  // namespace

std::optional<std::string> remembered(std::string_view text, std::string_view key) {
  if (!text.starts_with(key) || text.size() <= key.size() || text[key.size()] != ' ') return std::nullopt;
  const std::string_view answer = text.substr(key.size() + 1);
  for (const char* known : {kQuota, kImage, kMemory})
    if (answer == known) return std::string(answer);
  return std::nullopt;
}

std::optional<engine::DiskFolder> choose_disk(const store::Store& store, const config::Config& config, const std::string& id) {
  // Others may neither set limits nor mount.
  if (::geteuid() != 0) return std::nullopt;
  std::string by = bounded_by(store, config.disk_image_bytes.value_or(0));
  if (by == kMemory) return std::nullopt;
  return engine::DiskFolder{store.disks() / id, std::move(by)};
}

}  // namespace sandbox::life
