#pragma once
// Manifest: what a layer is, whatever file system holds it. One entry per path, sorted, with
// type, mode, owner, size, content hash, link target and extended attributes; its hash is the
// layer's digest. Times are left out: the same packages unpacked on two days are the same
// layer. A layer holds no devices, those of a sandbox are its engine's, and nothing that the
// overlay would obey but deletions (deletion.hpp).
#include <cstdint>
#include <string>

#include "base/fd.hpp"
#include "base/file.hpp"
#include "record/image.hpp"

namespace sandbox::image {

/// Bounds on what one layer may hold, against bombs.
struct Bounds {
  std::uint64_t bytes = std::uint64_t{64} << 30;
  std::uint64_t files = 5'000'000;
  std::size_t depth = 200;  ///< directories within directories
};

/// Reads the whole tree; throws Error(input) past the bounds, at a device or an
/// attribute of the overlay. Files and bytes are counted once however many names they have.
record::Layer describe_layer(const Path& tree, const Bounds& bounds = {});

/// The hash of a regular file or a folder that is open (O_PATH will do): what a `copy` brings in.
std::string describe_source(const Fd& source, std::string_view shown, const Bounds& bounds = {});

}  // namespace sandbox::image
