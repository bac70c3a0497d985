#pragma once
// The request of --request: one JSON object, strictly checked.
//   {"files": {PATH: TEXT | {"base64": …}}, "commands": [TEXT | [ARGUMENT …] …],
//    "timeout": "30s", "env": {NAME: VALUE}, "cwd": PATH, "user": NAME}
#include <string_view>

#include "job.hpp"

namespace sandbox::tool {

/// Fields of `defaults` hold for every command unless the request says otherwise. Throws
/// Error(input), naming `subject` and the field.
Job parse_request(std::string_view text, std::string_view subject, const life::Request& defaults);

}  // namespace sandbox::tool
