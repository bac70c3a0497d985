#pragma once
// Mapping: where a process has a file mapped, as proc(5) tells of it.
#include <cstdint>
#include <string_view>

#include "base/fd.hpp"

namespace sandbox::engine {

/// `process`: its directory in /proc. Where `bytes` of the file are mapped privately and in one piece, from its beginning. Throws Error when they are not.
std::uint64_t mapped_at(const Fd& process, const Fd& file, std::uint64_t bytes);

/// The same in the text of /proc/PID/maps; 0: nowhere.
std::uint64_t find_mapping(std::string_view maps, std::uint64_t inode, std::uint64_t bytes);

}  // namespace sandbox::engine
