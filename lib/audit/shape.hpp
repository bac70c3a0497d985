#pragma once
// Shape: what may stand in the log. Values of secrets may not, and nothing may be so long that
// one event hides the others.
#include "base/redact.hpp"
#include "record/json.hpp"

namespace sandbox::audit {

/// Replaces the values of secrets in every text, also where it is in base64.
void redact(Json& value, const Redactor& redactor);

/// Cuts texts to 4 KiB and lists to 256 parts; true when anything was cut.
bool shorten(Json& value);

}  // namespace sandbox::audit
