#pragma once
// Ids: whether a user's sandbox has one id or a range of them. A range costs 2 ms at every launch,
// and is taken when somebody other than root is to run inside, or when it is asked for.
#include <optional>
#include <vector>

#include "config/config.hpp"
#include "isolate/subordinate.hpp"
#include "life/launch.hpp"

namespace sandbox::life {

/// Where the range may be; empty: none is needed, or the caller is root, whose sandboxes all have
/// one. Throws Error(host) with the fix when there is none, Error(input) for an unknown word.
std::vector<isolate::SubordinateIds> choose_ids(const config::Config& config, const LaunchRequest& request,
                                                const record::Image& image);

/// The one of them for this sandbox. With folders of the host, whose files keep their owners, it
/// is always the same one.
isolate::SubordinateIds ids_at(const std::vector<isolate::SubordinateIds>& ids, const engine::Spec& spec);

/// That one, for work on such files; nothing when the caller is root or has no range.
std::optional<isolate::SubordinateIds> range_for_files();

}  // namespace sandbox::life
