#pragma once
// This machine's name where images are exchanged: the one that Go's compilers use.
#include <string>

namespace sandbox::image {

std::string machine_name();

}  // namespace sandbox::image
