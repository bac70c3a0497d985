#pragma once
// Each data: the parts of a file that are no holes (SEEK_DATA of lseek(2)).
#include <functional>
#include <string_view>

#include "base/fd.hpp"

namespace sandbox {

/// From the beginning to the end of the file: each part's begin and end. Moves its offset. Throws
/// "cannot read 'name': cause", as a part that is passed over would be taken for zeros.
void each_data(const Fd& file, std::string_view name, const std::function<void(off_t begin, off_t end)>& visit);

}  // namespace sandbox
