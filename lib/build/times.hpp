#pragma once
// Times: when the files of a layer were changed. What has a time of the build would be other bytes
// in every export of the same image.
#include <cstdint>
#include <ctime>

#include "base/file.hpp"

namespace sandbox::build {

/// SOURCE_DATE_EPOCH of all that makes layers: the first day that every archive can say, 1980-01-01.
inline constexpr std::int64_t kEpoch = 315532800;

/// Files, folders and links with times later than `latest` get kEpoch. Nothing is followed.
void clamp_times(const Path& tree, timespec latest);

}  // namespace sandbox::build
