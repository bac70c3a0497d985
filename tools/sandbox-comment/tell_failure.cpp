// sandbox.error/1: what failed on the way comes first and is never left out.
#include <fmt/format.h>

#include "forge/markdown.hpp"
#include "record/failure.hpp"
#include "section.hpp"

namespace sandbox::tool {

Sections tell_failure(const Json& record, const Setting&) {
  const auto failure = record.get<record::Failure>();
  std::string said = failure.message;
  if (!failure.hint.empty()) said += "\nhint: " + failure.hint;
  Section section{"errors", 0, 100, "", {"failed:", {failure.tool, failure.message}}};
  section.text = fmt::format("**Failed** {}, exit {}\n\n{}", forge::code(failure.tool), failure.code, forge::fence(said, {20, 4096}));
  return {section};
}

}  // namespace sandbox::tool
