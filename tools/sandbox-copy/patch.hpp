#pragma once
// Patch: the difference of one file in the form of git, which git apply takes. Names and content
// are hostile.
#include <cstdint>
#include <optional>
#include <string>

#include "base/file.hpp"

namespace sandbox::tool {

/// One side of a difference: a file or a link, whose target is its content.
struct Version {
  std::uint32_t mode = 0100644;  ///< as git has them: 100644, 100755, 120000
  Path content;                  ///< a file of ours
};

/// The header and the hunks; empty when there is nothing to say. Nothing when it took too long.
std::optional<std::string> git_patch(const std::string& path, const std::optional<Version>& before,
                                     const std::optional<Version>& after);

/// As git writes a name that holds what would confuse a reader.
std::string quoted_name(const std::string& path);

/// What git takes for text: no NUL near its beginning.
bool is_text(const Path& content);

}  // namespace sandbox::tool
