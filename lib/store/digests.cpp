#include "store/digests.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace sandbox::store {

bool is_hex(std::string_view text) { return text.find_first_not_of("0123456789abcdef") == text.npos; }

std::string hex_of(std::string_view digest) {
  std::string_view hex = digest;
  if (hex.starts_with(kDigestPrefix)) hex.remove_prefix(kDigestPrefix.size());
  if (hex.size() != 64 || !is_hex(hex))
    throw Error(ExitCode::input, fmt::format("not a digest: '{}'", visible(digest.substr(0, 80))));
  return std::string(hex);
}

Error damaged(const Path& file, std::string_view why) {
  return Error(ExitCode::failed, fmt::format("damaged record in the store '{}': {}", file.native(), why),
               "remove it and build the image again with --no-cache");
}

}  // namespace sandbox::store
