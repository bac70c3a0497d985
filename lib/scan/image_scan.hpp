#pragma once
// Image scan: what is doubtful about the files of an image, as a sandbox of it would see them.
// They are read where the store has them: no link is followed, nothing is run, and what is read
// is bounded.
#include <vector>

#include "base/file.hpp"
#include "record/image.hpp"
#include "scan/package_scan.hpp"
#include "scan/recipe_scan.hpp"

namespace sandbox::scan {

/// `trees`: its layers, lowest first. `known`: what its packages are looked up in, if in any.
record::Findings scan_image(const record::Image& image, const std::vector<Path>& trees, const Wish& wish, const Known& known = {});

}  // namespace sandbox::scan
