#pragma once
// Operand: what is to be copied, and where to, as people write it.
#include <optional>
#include <string>

namespace sandbox::tool {

struct Operand {
  enum class Kind {
    local,    ///< a path here
    sandbox,  ///< SANDBOX:PATH, or :PATH of the sandbox that the records on stdin tell
    archive,  ///< -: stdin or stdout
  };
  Kind kind = Kind::local;
  std::string given;
  std::optional<std::string> sandbox;  ///< nothing: from the records
  std::string path;

  bool is_inside() const { return kind == Kind::sandbox; }
};

/// What has a colon before its first slash is inside; ./a:b is not. Throws Error(input).
Operand parse_operand(const std::string& text);

}  // namespace sandbox::tool
