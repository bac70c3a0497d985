#pragma once
// ArchiveRules: what a tar archive may hold to become a layer. All of it is looked at before
// the first file is unpacked, so that a refusal names its reason and leaves nothing. Members
// that every reader takes for the same pass; what depends on the order or the reader does not.
#include <string>
#include <string_view>
#include <vector>

#include "image/manifest.hpp"

namespace sandbox::image {

/// What a name that begins with ".wh." means: in a layer of the Open Container Initiative the
/// deletion of another.
enum class Whiteouts { plain_names, deletions };

struct Contents {
  std::vector<std::string> implied;    ///< directories that are on the way to members and no members, parents first
  std::vector<std::string> whiteouts;  ///< paths that the layer deletes
  std::vector<std::string> opaque;     ///< directories of which it hides what is below; "" is the top
};

/// Throws Error(input), which names the member and `shown`, the archive. Paths are "a/b".
Contents check_archive(int file, std::uint64_t size, std::string_view shown, Whiteouts whiteouts, const Bounds& bounds = {});

}  // namespace sandbox::image
