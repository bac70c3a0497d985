#pragma once
// Sandboxes in the store: one directory each, with its record and its socket. Whether its
// owner lives is told by the lock of its place, not by a pid.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/sandbox.hpp"
#include "store/store.hpp"

namespace sandbox::store {

/// "sb-" and 10 characters of base32.
bool is_sandbox_id(std::string_view text);
std::string new_sandbox_id();

Path sandbox_directory(const Store& store, std::string_view id);

/// Its record as it is written, the first one until there is another. Nothing when it is gone.
std::optional<std::string> record_text(const Store& store, std::string_view id);

/// Makes the directory with its first record in one rename: it is there whole or not at all.
void publish_sandbox(const Store& store, const record::Sandbox& sandbox);

/// Writes the record of a sandbox that runs.
void write_sandbox(const Store& store, const record::Sandbox& sandbox);

/// By id, or by name among those that have a directory. `state` is as written while
/// the owner holds the place, else orphaned. Nothing when there is none.
std::optional<record::Sandbox> find_sandbox(const Store& store, std::string_view id_or_name);

/// The same; throws Error(input) with what to do when there is none or it has ended.
enum class Paused { refused, accepted };
record::Sandbox running_sandbox(const Store& store, std::string_view id_or_name, Paused paused = Paused::refused);

/// All that have a directory, oldest first. A directory without a readable record comes with
/// only its id, orphaned.
std::vector<record::Sandbox> list_sandboxes(const Store& store);

/// Takes the name for this id; throws Error(input) when a living sandbox has it.
void take_name(const Store& store, const std::string& name, const std::string& id);

/// Keeps the record of how a sandbox ended.
void write_ended(const Store& store, const record::Sandbox& sandbox);

/// Its name and, last, its directory with everything in it go. Returns the bytes freed.
std::uint64_t remove_sandbox(const Store& store, const record::Sandbox& sandbox);

/// The last acts of a sandbox, both.
std::uint64_t retire_sandbox(const Store& store, const record::Sandbox& sandbox);

/// The record of how it ended, while that is kept.
std::optional<record::Sandbox> find_ended(const Store& store, std::string_view id);

/// Records older than 24 h go, within an hour; the others are not read.
void forget_ended(const Store& store);

/// Those that ended, newest first; records older than 24 h are removed on the way.
std::vector<record::Sandbox> list_ended(const Store& store);

}  // namespace sandbox::store
