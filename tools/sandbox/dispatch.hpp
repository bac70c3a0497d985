#pragma once
// Dispatch: `sandbox launch …` becomes `sandbox-launch …`. The program's own directory comes
// first, so that a checkout runs its own tools; then PATH, so that anyone can add a tool.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.hpp"

namespace sandbox {

/// Where to look for programs: our own directory, then those of PATH.
std::vector<Path> program_places(const Path& own, std::string_view path_variable);

/// Whether a tool of ours of that name is there.
bool has_tool(std::string_view name, const std::vector<Path>& places);

/// The program sandbox-NAME; throws Error(input) with a suggestion when there is none.
Path find_tool(std::string_view name, const std::vector<Path>& places);

/// The table of tools that are installed.
std::string overview(const std::vector<Path>& places);

/// The names of commands, installed ones and those that others have added to PATH.
std::vector<std::string> command_names(const std::vector<Path>& places);

/// What may follow `sandbox WORD...`, for shells; nothing when a tool of ours has to say it, which
/// then is `words.front()`.
std::optional<std::string> completions(const std::vector<std::string>& words, const std::vector<Path>& places);

/// The command that shows the manual page of a tool or topic: of the installation or checkout
/// that this program belongs to, else whatever man(1) finds.
std::vector<std::string> manual_command(std::string_view name, const Path& own);

}  // namespace sandbox
