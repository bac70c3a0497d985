#pragma once
// Decimal numbers to and from text, with bounds: for ids in hostile files and names in cgroupfs.
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sandbox::agent {

/// False unless all of `text` is one number of at most `most`.
inline bool parse_decimal(std::string_view text, std::uint64_t most, std::uint64_t& out) {
  if (text.empty() || text.size() > 19) return false;  // 19 digits always fit in 64 bits
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  out = value;
  return value <= most;
}

/// "prefix", the number, "suffix", and a NUL, in a buffer that lives as long as the object.
class DecimalName {
 public:
  DecimalName(std::string_view prefix, std::uint64_t number, std::string_view suffix = {}) {
    char digits[20];
    std::size_t count = 0;
    do {
      digits[count++] = static_cast<char>('0' + number % 10);
      number /= 10;
    } while (number != 0);
    add(prefix);
    while (count != 0) add({&digits[--count], 1});
    add(suffix);
  }
  const char* c_str() const { return text_; }
  std::string_view view() const { return {text_, size_}; }

 private:
  void add(std::string_view part) {
    for (const char c : part)
      if (size_ + 1 < sizeof text_) text_[size_++] = c;
  }
  char text_[64] = {};
  std::size_t size_ = 0;
};

}  // namespace sandbox::agent
