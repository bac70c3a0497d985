#pragma once
// Go modules: what a program of Go was built of, which the program itself says.
#include <vector>

#include "scan/elf.hpp"
#include "scan/package.hpp"

namespace sandbox::scan {

/// Nothing when it is no program of Go 1.18 or later.
std::vector<Package> go_modules(const ReadAt& read);

/// The lines that Go keeps: "dep", a path, a version, a sum, with tabs between; "=>" replaces the
/// one before.
std::vector<Package> parse_go_modules(std::string_view text);

}  // namespace sandbox::scan
