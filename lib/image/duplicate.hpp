#pragma once
// Duplicate: what one file takes over from another: content with its holes, attributes, owner,
// mode and times.
#include <sys/stat.h>

#include <string>

#include "base/fd.hpp"

namespace sandbox::image {

/// Who owns the copy.
enum class Owners {
  kept,
  roots,  ///< root, whoever owned it: then it gives nobody root's rights, as set-id bits would
};

/// Only what holds data is read; the rest stays a hole.
void copy_content(const Fd& from, const Fd& to, off_t size, const std::string& path);

/// Owner, attributes, mode and times, in this order: a change of one clears some of the next. Of
/// the attributes none that an overlay would obey, or has noted. True when an owner got lost.
bool copy_properties(const Fd& from, const Fd& to, const struct stat& info, Owners owners, const std::string& path);

/// The same of what has no content to open: `name` in `parent`.
bool copy_properties(const Fd& parent, const char* name, const struct stat& info, Owners owners, const std::string& path);

}  // namespace sandbox::image
