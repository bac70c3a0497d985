// The order of Debian's versions, as deb-version(7) has it.
#include <algorithm>

#include "scan/version_order.hpp"

namespace sandbox::scan {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// "~" is before the end, the end before letters, letters before everything else.
int weight(std::string_view text, std::size_t at) {
  if (at >= text.size() || is_digit(text[at])) return 0;
  const char c = text[at];
  if (c == '~') return -1;
  const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return static_cast<unsigned char>(c) + (is_letter ? 0 : 256);
}

bool has_other(std::string_view text, std::size_t at) { return at < text.size() && !is_digit(text[at]); }

std::string_view take_digits(std::string_view& text) {
  const std::string_view digits = text.substr(0, static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin()));
  text.remove_prefix(digits.size());
  return digits;
}

std::weak_ordering compare_parts(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    std::size_t at = 0;
    for (; has_other(a, at) || has_other(b, at); ++at)
      if (const int x = weight(a, at), y = weight(b, at); x != y) return x <=> y;
    a.remove_prefix(std::min(a.size(), at));
    b.remove_prefix(std::min(b.size(), at));
    if (const auto order = compare_numbers(take_digits(a), take_digits(b)); order != 0) return order;
  }
  return std::weak_ordering::equivalent;
}

struct Version {
  std::string_view epoch, upstream, revision;
};

Version parse(std::string_view text) {
  Version version;
  if (const std::size_t colon = text.find(':'); colon != text.npos) {
    version.epoch = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  const std::size_t hyphen = text.rfind('-');
  version.upstream = text.substr(0, hyphen);
  if (hyphen != text.npos) version.revision = text.substr(hyphen + 1);
  return version;
}

}  // namespace

std::weak_ordering compare_deb(std::string_view a, std::string_view b) {
  const Version x = parse(a), y = parse(b);
  if (const auto order = compare_numbers(x.epoch, y.epoch); order != 0) return order;
  if (const auto order = compare_parts(x.upstream, y.upstream); order != 0) return order;
  return compare_parts(x.revision, y.revision);
}

}  // namespace sandbox::scan
