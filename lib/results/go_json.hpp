#pragma once
// What `go test -json` writes: one event per line. Leaves are counted; a test that began and
// has no end was cut short by a panic, an exit or the time-out of its package.
#include <string_view>

#include "results/reading.hpp"

namespace sandbox::results {

Reading read_go_json(std::string_view text);

}  // namespace sandbox::results
