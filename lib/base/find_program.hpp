#pragma once
// Find program: where a program of the host is, for those that users may have anywhere.
#include <string_view>

#include "base/file.hpp"

namespace sandbox {

/// The first in the absolute folders of `path`, which is a value of PATH; empty when it is in none.
Path find_program(std::string_view name, std::string_view path);

/// The same in this process's PATH; "/usr/bin:/bin" when it has none.
Path find_program(std::string_view name);

}  // namespace sandbox
