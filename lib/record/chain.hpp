#pragma once
// The chain of records: every record embeds its input as `from`. A tool finds what it needs
// by walking it, by schema.
#include <optional>
#include <string_view>

#include "record/json.hpp"

namespace sandbox::record {

/// The schema of a record, or empty.
std::string schema_of(const Json& record);

/// The record itself or the nearest one in its chain with that schema; null when there is
/// none. The result points into `record`.
const Json* find(const Json& record, std::string_view schema);

/// True when the record is a sandbox.error: it is passed on unchanged.
bool is_failure(const Json& record);

/// The record as it is embedded in the next one: streams keep their last 4 KiB.
Json as_from(Json record);

}  // namespace sandbox::record
