#pragma once
// CycloneDX 1.6: the packages of an image as a bill of materials. The same image has the same one,
// byte for byte.
#include <string>

#include "record/image.hpp"
#include "scan/package_files.hpp"

namespace sandbox::scan {

std::string cyclonedx(const record::Image& image, const Packages& packages);

}  // namespace sandbox::scan
