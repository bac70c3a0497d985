#include "first_access.hpp"

namespace sandbox::tool {

namespace {

constexpr double kBounds[] = {0.01, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 14400, 86400};

Labels label_of(AccessKind kind) { return {{"kind", kAccessKinds[static_cast<std::size_t>(kind)]}}; }

}  // namespace

FirstAccess::FirstAccess(Exposition& exposition, Lives& lives)
    : lives_(lives),
      seconds_(exposition.histogram("sandbox_first_access_seconds", "From the launch of a sandbox to its first use, by kind of use.", kBounds)) {
  for (std::size_t kind = 0; kind < kAccessKinds.size(); ++kind) seconds_.histogram(label_of(static_cast<AccessKind>(kind)));
}

void FirstAccess::came(const record::Entry& entry, AccessKind kind, std::chrono::milliseconds before) {
  Life* life = entry.sandbox ? lives_.find(*entry.sandbox) : nullptr;
  if (!life || !life->launched || life->accessed.test(static_cast<std::size_t>(kind))) return;
  const std::chrono::duration<double> after = parse_rfc3339(entry.time) - before - *life->launched;
  life->accessed.set(static_cast<std::size_t>(kind));
  seconds_.observe(label_of(kind), std::max(0.0, after.count()));
}

}  // namespace sandbox::tool
