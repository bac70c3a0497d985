#pragma once
// Files, whole: read with a bound, written whole or not at all.
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/exit_code.hpp"
#include "base/fd.hpp"

namespace sandbox {

using Path = std::filesystem::path;

/// The whole file; throws Error(input) when it is larger than `limit` bytes.
std::string read_file(const Path& path, std::size_t limit);

/// The same, or nothing when the file does not exist.
std::optional<std::string> read_file_if_exists(const Path& path, std::size_t limit);

/// A small kernel file (procfs, cgroupfs), relative to an open directory; nothing if it is
/// missing or cannot be read.
std::optional<std::string> read_small(int directory, const char* name);

/// read(2) through EINTR; waits where somebody has made the descriptor non-blocking. 0 at the end.
std::size_t read_some(int fd, char* into, std::size_t size, std::string_view subject,
                      ExitCode code = ExitCode::failed);

/// Reads until end of file or `limit` bytes; throws Error(input) past the limit.
std::string read_all(int fd, std::size_t limit, std::string_view subject);

/// Writes all bytes, through short writes, EINTR and a non-blocking descriptor; throws "cannot write 'subject': …".
void write_all(int fd, std::string_view bytes, std::string_view subject);

/// Temporary file beside it, then rename: readers see the old file or the new one, whole.
void replace_file(const Path& path, std::string_view bytes, unsigned mode = 0600);

}  // namespace sandbox
