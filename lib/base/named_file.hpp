#pragma once
// Named files: paths that the user gave for what we write. replace_file() is for paths of ours: as
// root it would put a file in the place of /dev/stdout.
#include "base/file.hpp"

namespace sandbox {

/// A file is replaced, and so is a link, which may be of a stranger's project and lead anywhere; a device, a
/// pipe and what /dev/stdout and its like name are written to.
/// Throws "cannot write 'path': ...".
void write_named_file(const Path& path, std::string_view bytes, unsigned mode = 0644);

/// Before long work: throws Error(input) when there is no directory for that path.
void check_can_name(const Path& path);

}  // namespace sandbox
