#pragma once
// Archive in: a tar archive of stdin becomes files of a sandbox. All of it is looked at before the
// first file is sent, so that one which must not be unpacked leaves nothing.
#include <optional>
#include <string>

#include "life/copy_tree.hpp"
#include "operand.hpp"
#include "progress.hpp"
#include "reach.hpp"

namespace sandbox::tool {

life::Copied put_archive(const Reach& reach, const Operand& target, const std::optional<std::string>& user,
                         Progress& progress);

}  // namespace sandbox::tool
