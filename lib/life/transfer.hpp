#pragma once
// Transfer: one file into or out of a sandbox, by the agent and with the ids of a user
// inside. Each function takes a connection on which nothing was said yet.
#include <cstdint>
#include <optional>
#include <string>

#include "base/fd.hpp"

namespace sandbox::life {

/// Appears at `path` whole or not at all; parent directories are made. Returns how many bytes.
std::uint64_t put_file(Fd connection, const Fd& source, const std::string& path, unsigned mode,
              const std::optional<std::string>& user);
/// The same with bytes from memory.
void put_bytes(Fd connection, std::string_view bytes, const std::string& path, unsigned mode,
               const std::optional<std::string>& user);

/// Writes the bytes of the regular file `path` to `sink`.
void get_file(Fd connection, const std::string& path, const std::optional<std::string>& user, const Fd& sink);

}  // namespace sandbox::life
