#pragma once
// Unpack: a stranger's archive becomes the files of a layer. It is looked at as a whole before
// anything is unpacked; the programs that decompress and unpack are confined.
#include <cstdint>
#include <string_view>

#include "base/fd.hpp"
#include "build/step.hpp"
#include "image/archive_rules.hpp"

namespace sandbox::build {

std::uint64_t size_of(const Fd& file, std::string_view shown);

/// The archive itself when it is plain, else a file in the place's folder. gzip, bzip2, xz and
/// zstd; Error(input) when it unpacks to far more than it is.
Fd decompressed(Fd archive, const Workplace& place, std::string_view shown);

/// Unpacks a plain archive into the place's tree. Deletions come out as the overlay reads them.
void unpack(const Fd& archive, const Workplace& place, std::string_view shown, image::Whiteouts whiteouts);

}  // namespace sandbox::build
