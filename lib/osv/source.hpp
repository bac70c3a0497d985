#pragma once
// Source: where records of OSV come from: a folder of JSON files, an archive of them as osv.dev publishes
// one for each ecosystem, a file with one record, or with one on each line. Read within bounds; nothing is unpacked.
#include <functional>
#include <string_view>

#include "base/file.hpp"

namespace sandbox::osv {

/// Throws Error(input) when it cannot be read to its end, or holds more than any has.
void each_record(const Path& source, const std::function<void(std::string_view)>& visit);

}  // namespace sandbox::osv
