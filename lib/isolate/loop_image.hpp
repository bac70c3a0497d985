#pragma once
// Loop image: a file that holds a file system with project quota, for where the file system
// below has none. What is in it lives no longer than whoever has it mounted: it is made anew
// when nobody has.
#include <cstdint>

#include "base/file.hpp"

namespace sandbox::isolate {

/// True when the directory is on the file system in the image.
bool is_on_image(const Path& directory, const Path& image);

/// Mounts the image on the directory. One that somebody else has mounted, perhaps in another
/// mount namespace, is shared as it is; else it is made, `bytes` large, all of it reserved.
/// One at a time. Throws Error(host); then there is no image.
void mount_image(const Path& image, std::uint64_t bytes, const Path& directory);

}  // namespace sandbox::isolate
