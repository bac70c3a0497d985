#include "life/refusals.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "life/door_keeper.hpp"
#include "record/refusal.hpp"
#include "store/sandboxes.hpp"

namespace sandbox::life {

namespace {

constexpr std::size_t kMaxLog = 4 << 20;
constexpr std::size_t kMostTold = 8;

}  // namespace

std::vector<std::string> told_refusals(const store::Store& store, const std::string& id) {
  return told_refusals(store::sandbox_directory(store, id));
}

std::vector<std::string> told_refusals(const Path& directory) {
  std::vector<std::string> told;
  try {
    const std::string log = read_file_if_exists(directory / kRefusals, kMaxLog).value_or("");
    for (const std::string_view line : split(log, '\n')) {
      if (line.empty() || told.size() == kMostTold) continue;
      const auto refusal = record::parse(line, kRefusals).get<record::Refusal>();
      std::string text = fmt::format("refused: {}{}", visible(refusal.text), refusal.allow ? fmt::format(" ({})", visible(*refusal.allow)) : "");
      if (std::ranges::find(told, text) == told.end()) told.push_back(std::move(text));
    }
  } catch (const Error&) {
    // A log that cannot be read explains nothing, and must not hide how the command ended.
  }
  return told;
}

}  // namespace sandbox::life
