#include "verify.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace sandbox::tool {

std::string human(const record::Verified& verified) {
  std::string text;
  if (verified.entries == 0) text = "the log is empty\n";
  else if (!verified.fault)
    text = fmt::format("entries {} to {} are what was written\nhead {}\n", *verified.first, *verified.last, verified.head.value_or("-"));
  if (const auto& fault = verified.fault)
    text += fmt::format("entry {} was {}: {}, line {}: {}\n", fault->number, fault->what, visible(fault->file), fault->line, visible(fault->detail));
  if (verified.torn_bytes > 0 && !verified.fault)
    text += fmt::format("its last line was never finished: {} bytes, which the next entry sets aside\n", verified.torn_bytes);
  for (const record::Anchor& anchor : verified.anchors)
    text += fmt::format("anchor {} {}{}{}\n", anchor.head, anchor.holds ? "holds" : "does not hold", anchor.detail.empty() ? "" : ": ", anchor.detail);
  return text;
}

}  // namespace sandbox::tool
