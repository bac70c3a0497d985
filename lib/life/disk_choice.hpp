#pragma once
// The choice of a disk: by what this host bounds what a sandbox writes. Found out by trying,
// once in each boot; the answer is kept in the store.
#include <optional>
#include <string>
#include <string_view>

#include "config/config.hpp"
#include "engine/machine.hpp"
#include "store/store.hpp"

namespace sandbox::life {

/// What was found out before under these circumstances: "KEY ANSWER" is the text kept.
std::optional<std::string> remembered(std::string_view text, std::string_view key);

/// The folder for the disk of a sandbox to be, and what will bound it; nothing: memory does.
/// Throws Error(host) when an image is configured and cannot be had.
std::optional<engine::DiskFolder> choose_disk(const store::Store& store, const config::Config& config, const std::string& id);

}  // namespace sandbox::life
