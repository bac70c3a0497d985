#pragma once
// TarWriter: the files of a layer as a tar archive, the same bytes each time: entries in the
// order of their names, plain headers where they suffice and pax where not, no names of users,
// times in whole seconds. Deletions are written as other tools read them (".wh.NAME",
// ".wh..wh..opq"). One file is read at a time.
#include <functional>
#include <string_view>

#include "base/file.hpp"

namespace sandbox::image {

using Sink = std::function<void(std::string_view)>;

enum class Times { kept, zero };

/// Throws Error(input) for a name that would mean a deletion to others.
void write_tar(const Path& tree, Times times, const Sink& sink);

}  // namespace sandbox::image
