#pragma once
// The root of a confined run: in memory, with what is shown of the host, one folder that may
// be written, and a /proc and /dev that tell nothing.
#include "base/fd.hpp"
#include "isolate/confine.hpp"

namespace sandbox::isolate {

/// Makes it and enters it. `handed` is the folder's mount, already id-mapped; when it is
/// empty, the folder is mounted as it is.
void build_confined_root(const Confined& what, Fd handed);

}  // namespace sandbox::isolate
