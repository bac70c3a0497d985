#pragma once
// Identity: what an image's digest stands for: its name, layers, defaults and proof. How and when
// it was made is not part of it.
#include <string>

#include "record/image.hpp"

namespace sandbox::image {

/// "sha256:…"
std::string digest_of(const record::Image& image);

}  // namespace sandbox::image
