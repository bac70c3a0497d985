#pragma once
// Beneath: files of a stranger's folder, from which no link leads out.
#include "base/fd.hpp"
#include "base/file.hpp"

namespace sandbox {

/// Opens `path`, relative to the folder; close-on-exec. Nothing, with errno, when that fails: EXDEV when it is absolute, or leads
/// out by ".." or a link; ELOOP for a link of /proc.
Fd open_beneath(const Path& folder, const std::string& path, int flags);

/// Reads a regular file so, at most `limit` bytes. Throws Error(input), "cannot open 'folder/path': it leads out of its folder".
std::string read_beneath(const Path& folder, const std::string& path, std::size_t limit);

}  // namespace sandbox
