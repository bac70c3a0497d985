#include "options.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sandbox::tool {

record::Shard parse_shard(const std::string& text) {
  constexpr int kMost = 10'000;
  record::Shard shard;
  const char* const end = text.data() + text.size();
  const auto [slash, error] = std::from_chars(text.data(), end, shard.number);
  const bool has_slash = error == std::errc() && slash != end && *slash == '/';
  const auto [last, wrong] = has_slash ? std::from_chars(slash + 1, end, shard.of) : std::from_chars_result{slash, std::errc::invalid_argument};
  if (wrong != std::errc() || last != end || shard.number < 1 || shard.of > kMost || shard.number > shard.of)
    throw Error(ExitCode::input, fmt::format("--shard '{}': not a part of a whole", visible(text)), "--shard 2/4: the second of four");
  return shard;
}

}  // namespace sandbox::tool
