#include "record/misfit.hpp"

#include <fmt/format.h>

#include "record/chain.hpp"

namespace sandbox::record {

const Json& required(const Json& record, std::string_view schema, std::string_view what, const std::string& hint) {
  if (const Json* found = find(record, schema)) return *found;
  throw Misfit(fmt::format("no {} in the record", what), hint);
}

}  // namespace sandbox::record
