#include "operand.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sandbox::tool {

Operand parse_operand(const std::string& text) {
  if (text.empty()) throw Error(ExitCode::input, "an empty name can be no file");
  Operand operand{Operand::Kind::local, text, {}, text};
  if (text == "-") {
    operand.kind = Operand::Kind::archive;
    return operand;
  }
  const std::size_t colon = text.find(':');
  if (colon == text.npos || text.find('/') < colon) return operand;
  operand.kind = Operand::Kind::sandbox;
  if (colon != 0) operand.sandbox = text.substr(0, colon);
  operand.path = text.substr(colon + 1);
  if (operand.path.empty())
    throw Error(ExitCode::input, fmt::format("'{}' names no path in the sandbox", visible(text)),
                fmt::format("'{}/' is its root; './{}' is a file here", visible(text), visible(text)));
  return operand;
}

}  // namespace sandbox::tool
