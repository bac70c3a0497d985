#include "life/refusals.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "life/ask.hpp"

namespace sandbox::life {

std::vector<std::string> told(const std::vector<record::Refusal>& refusals) {
  constexpr std::size_t kMostTold = 8;
  std::vector<std::string> told;
  for (const record::Refusal& refusal : refusals) {
    if (told.size() == kMostTold) break;
    std::string text = fmt::format("refused: {}{}", visible(refusal.text), refusal.allow ? fmt::format(" ({})", visible(*refusal.allow)) : "");
    if (std::ranges::find(told, text) == told.end()) told.push_back(std::move(text));
  }
  return told;
}

std::vector<std::string> told_refusals(const store::Store& store, const std::string& id) {
  try {
    return told(ask_refusals(store, id));
  } catch (const Error&) {
    return {};  // no answer explains nothing, and must not hide how the command ended
  }
}

}  // namespace sandbox::life
