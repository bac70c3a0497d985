#pragma once
// Files between the host and a sandbox, as --put and --get name them.
#include "job.hpp"
#include "place.hpp"

namespace sandbox::tool {

void put(const Place& place, const PutFile& file, const std::optional<std::string>& user);

/// The host's file appears whole or not at all, and a link in its place is replaced, never
/// followed.
void get(const Place& place, const GetFile& file, const std::optional<std::string>& user);

}  // namespace sandbox::tool
