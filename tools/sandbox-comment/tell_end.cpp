// sandbox.reaped/1: that it is gone, and what that freed.
#include <fmt/format.h>

#include "base/quantity.hpp"
#include "forge/markdown.hpp"
#include "record/reaped.hpp"
#include "section.hpp"

namespace sandbox::tool {

Sections tell_end(const Json& record, const Setting&) {
  const auto reaped = record.get<record::Reaped>();
  const record::Freed& freed = reaped.freed;
  Section section{"end", 60, 45, "", {reaped.dry_run ? "would be ended:" : "ended:", {reaped.id, reaped.ended}}};
  section.text = fmt::format("**{}** {} {}: {}; {} processes, {} mounts, {} cgroups, {} freed\n", reaped.dry_run ? "Would be ended" : "Ended",
                             forge::code(reaped.kind, 20), forge::code(reaped.id), forge::code(reaped.ended, 20), freed.processes, freed.mounts,
                             freed.cgroups, size_text(freed.bytes));
  return {section};
}

}  // namespace sandbox::tool
