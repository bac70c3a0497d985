#pragma once
// Misfit: what is thrown at a record that lacks something. Whoever reads records from a stream
// adds which line it was.
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "record/json.hpp"

namespace sandbox::record {

class Misfit : public Error {
 public:
  explicit Misfit(const std::string& message, std::string hint = {}) : Error(ExitCode::input, message, std::move(hint)) {}
};

/// As find() in record/chain.hpp; throws "no WHAT in the record" when there is none.
const Json& required(const Json& record, std::string_view schema, std::string_view what, const std::string& hint);

}  // namespace sandbox::record
