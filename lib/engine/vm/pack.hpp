#pragma once
// Pack: an image's layers as one read-only file system (erofs) that every virtual machine of the image
// shares. Made of links to the layers' files, so that nothing is copied twice.
#include <vector>

#include "base/file.hpp"

namespace sandbox::engine {

/// Makes `folder`/pack; `folder` is empty, of the layers' file system, and for the caller to remove.
/// `trees`: lowest first. mkfs.erofs runs confined: the files' names and bytes are a stranger's.
/// Throws Error(host) when it is not installed.
void make_pack(const Path& folder, const std::vector<Path>& trees);

}  // namespace sandbox::engine
