#pragma once
// copy_tree: a private copy of a folder, by reflink where the file system can, else by
// copying in the kernel. Links are copied as links, never followed; sockets and devices are
// left out.
#include <sys/types.h>

#include <cstdint>
#include <optional>

#include "base/file.hpp"

namespace sandbox::life {

struct CopyOptions {
  /// Files are made as this user (with all his rights and no others), e.g. a sandbox's root.
  std::optional<uid_t> owner;
};

struct Copied {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};

/// Copies what is in `from` into the existing directory `to`.
Copied copy_tree(const Path& from, const Path& to, const CopyOptions& options);

/// The same into an open directory.
Copied copy_tree(const Path& from, const Fd& to, const CopyOptions& options);

}  // namespace sandbox::life
