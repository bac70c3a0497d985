#pragma once
// Transfer: the bodies of put and get. They run in a process of their own with the ids of the
// sandbox's user, so that the kernel decides what may be read and written; each returns 0 or
// an errno as the exit status.
#include <cstdint>

#include "wire/tree.hpp"

namespace sandbox::agent {

struct Transfer {
  char* path;
  std::uint64_t mode;
  wire::TreeOptions tree;
};

/// Bytes from descriptor 0 into a temporary file beside `path`, which takes its place when
/// descriptor 3 says so; end of file there means that the client went away. Missing parent
/// directories are made.
int receive_file(const void* transfer);

/// The bytes of the regular file `path` to descriptor 1.
int send_file(const void* transfer);

}  // namespace sandbox::agent
