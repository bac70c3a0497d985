#pragma once
// Taken: what a step took from elsewhere, as the package managers say it, and how that compares
// with what is locked. All of it comes out of a sandbox or a confined program: hostile text.
#include <string>
#include <string_view>
#include <vector>

#include "build/lock.hpp"
#include "build/step.hpp"

namespace sandbox::build {

/// A regular file that a program left, of at most 8 MiB; empty when there is none.
std::string read_told(const Path& folder, const std::string& path);

/// What `apt-get --print-uris download` says.
std::vector<LockedPackage> parse_apt_uris(std::string_view text);

/// Lines of a requirements file, each NAME==VERSION --hash=sha256:DIGEST.
std::vector<LockedPackage> parse_requirements(std::string_view text);
std::string requirements_text(const std::vector<LockedPackage>& packages);

/// NAME[:ARCHITECTURE]=VERSION, one on each line, as apt takes them.
std::string apt_words(const std::vector<LockedPackage>& packages);

/// For apt's `preferences`: these and no others.
std::string apt_pins(const std::vector<LockedPackage>& packages);

/// What the recipe asks for, each with its locked version where it has one.
std::vector<std::string> pinned_names(const std::vector<std::string>& asked, const std::vector<LockedPackage>& locked);

/// What was taken becomes the entry of a new lock, or is what the lock says, or misfit().
void settle(const Workplace& place, std::vector<LockedPackage> taken);

/// Throws misfit() at the entry's package that a manager's words name as gone or as another.
void blame(const Workplace& place, std::string_view words);

}  // namespace sandbox::build
