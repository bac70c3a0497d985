#pragma once
// TAP, versions 12 to 14, with subtests: the Test Anything Protocol. A parent whose subtests
// are there is no case of its own, unless it failed and none of them did.
#include <string_view>

#include "results/reading.hpp"

namespace sandbox::results {

/// What `ok 4 # TODO` means: it was expected to fail and did not, or it has no body yet (node).
enum class Todo { is_expected_to_fail, is_to_be_written };

Reading read_tap(std::string_view text, Todo todo = Todo::is_expected_to_fail);

}  // namespace sandbox::results
