#pragma once
// Head: the number and the digest of the last entry of a log. Whoever keeps one somewhere else
// can tell later that everything up to it is still what was written.
#include <cstdint>
#include <string>
#include <string_view>

namespace sandbox::audit {

struct Head {
  std::uint64_t number = 0;
  std::string digest;  ///< SHA-256 of the entry's line, without its newline

  std::string text() const;  ///< NUMBER:DIGEST, as records carry it
  bool operator==(const Head&) const = default;
};

/// The inverse of text(); throws Error(input) on anything else.
Head parse_head(std::string_view text);

}  // namespace sandbox::audit
