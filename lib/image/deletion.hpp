#pragma once
// Deletion: how a layer says that something in the layers below is gone, in the form that the
// overlay of a sandbox reads: a character device 0/0 in the place of what was removed
// (a whiteout), and an attribute of a directory that hides what the layers below have in it
// (opaque). Everybody may make both: such a device needs no privilege since Linux 5.8.
#include <sys/stat.h>

#include <string>
#include <string_view>

#include "base/fd.hpp"

namespace sandbox::image {

inline constexpr const char* kOpaque = "user.overlay.opaque";

bool is_whiteout(const struct stat& info);
void make_whiteout(const Fd& directory, const std::string& name);

/// Of a directory; `name` in `parent`.
bool is_opaque(int parent, const char* name);
void make_opaque(const Fd& directory);

/// What the overlay notes for itself, and no sandbox sees.
bool is_bookkeeping(std::string_view attribute);

/// Every other attribute of the overlay: it would change what a sandbox sees (hide, rename,
/// replace), so only what makes deletions may set one.
bool is_overlays(std::string_view attribute);

}  // namespace sandbox::image
