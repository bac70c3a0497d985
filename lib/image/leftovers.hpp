#pragma once
// Leftovers: what an engine makes in a sandbox's own files only to mount something on it. It is in
// the upper directory like what the sandbox wrote, and belongs to no layer.
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "base/file.hpp"

namespace sandbox::image {

/// The top directory of a layer.
Fd open_top(const Path& tree);

/// Nothing when it is not there or a link leads to it: hostile code may have written anything.
Fd open_plain(const Fd& root, const std::string& path, int flags);

bool is_below(const std::vector<Fd>& lower, const std::string& path);

/// The file at `path` goes, if it is there; a directory stays.
void remove_file(const Fd& tree, const std::string& path);

/// An empty file at `path` ("etc/hosts") goes; of the directories above it, those that no layer of
/// `lower` has went with it.
void remove_mounted_file(const Fd& tree, const std::vector<Fd>& lower, const std::string& path);

/// The same for an empty directory, which stays where a layer has one.
void remove_mounted_folder(const Fd& tree, const std::vector<Fd>& lower, const std::string& path);

}  // namespace sandbox::image
