#include "storage_facts.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "base/quantity.hpp"
#include "base/text.hpp"

namespace sandbox::tool {

namespace {

constexpr std::uint64_t kLeastBytes = 64 << 20;   // less, and not even a record may fit
constexpr std::uint64_t kLittleBytes = 2ULL << 30;
constexpr std::uint64_t kLeastInodes = 1000, kLittleInodes = 50'000;

/// Both directories at once, where both are not there.
DiagnosisLine judge_missing(DiagnosisLine line, const Path& directory, const store::Store& store) {
  const Path above = existing_part(directory);
  if (::access(above.c_str(), W_OK) < 0)
    return lacking(std::move(line), fmt::format("'{}' is not there, and '{}' is closed to uid {}", directory.native(), above.native(), ::geteuid()),
                   advice("set SANDBOX_STORE to a directory of your own"));
  line.required = false;  // it will be there when it is needed
  return lacking(std::move(line), fmt::format("'{}' is not there yet", directory.native()),
                 Fix{fmt::format("mkdir -p -m 0700 {} {}", shell_word(store.state().native()), shell_word(store.run().native())), false, true});
}

}  // namespace

Path existing_part(Path path) {
  std::error_code error;
  while (path.has_relative_path() && !std::filesystem::exists(path, error)) path = path.parent_path();
  return path;
}

DiagnosisLine judge_space(const Room& room) {
  auto line = line_of(HostCheck::space, "store", Need::required, "images, layers and what sandboxes write");
  std::string detail = fmt::format("{} of {} are free", size_text(room.free_bytes), size_text(room.bytes));
  if (room.inodes > 0) detail += fmt::format(", {} of {} inodes", room.free_inodes, room.inodes);
  const auto inodes_below = [&](std::uint64_t bound) { return room.inodes > 0 && room.free_inodes < bound; };
  const Fix fix{"sandbox-reap --images --unused-for 7d"};  // what is removed has to be built again
  if (room.free_bytes < kLeastBytes || inodes_below(kLeastInodes)) return lacking(std::move(line), detail, fix);
  if (room.free_bytes < kLittleBytes || inodes_below(kLittleInodes)) return degraded(std::move(line), detail, fix);
  return ok(std::move(line), detail);
}

DiagnosisLine judge_store(const store::Store& store) try {
  auto line = line_of(HostCheck::store, "store", Need::required, "the directory of everything, closed to others");
  for (const Path& directory : {store.state(), store.run(), store.layers(), store.images(), store.keys(), store.caches(),
                                store.temporary(), store.sandboxes(), store.places(), store.ended()}) {
    std::error_code error;
    const bool is_top = directory == store.state() || directory == store.run();
    if (!std::filesystem::exists(std::filesystem::symlink_status(directory, error))) {
      if (is_top) return judge_missing(std::move(line), directory, store);
      continue;
    }
    if (!store::Store::is_private(directory))
      return degraded(std::move(line), fmt::format("others can enter '{}'", directory.native()),
                      Fix{"chmod 0700 " + shell_word(directory.native()), false, true});
  }
  return ok(std::move(line), store.state().native());
} catch (const Error& error) {
  return lacking(line_of(HostCheck::store, "store", Need::required, "the directory of everything, closed to others"),
                 error.what(), advice(own_hint(error.hint())));
}

}  // namespace sandbox::tool
