#include "image/tar_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace sandbox::image {

namespace {

constexpr std::size_t kBlock = 512;
constexpr std::uint64_t kMaxOctal = 077777777777;  // eleven digits
constexpr std::uint64_t kMaxId = 07777777;

class Header {
 public:
  Header(const TarEntry& entry, std::string_view name) {
    put(0, 100, name);
    number(100, 8, entry.mode);
    number(108, 8, std::min(entry.user, kMaxId));
    number(116, 8, std::min(entry.group, kMaxId));
    number(124, 12, std::min(entry.size, kMaxOctal));
    number(136, 12, std::min(entry.seconds, kMaxOctal));
    bytes_[156] = entry.type;
    put(157, 100, std::string_view(entry.target).substr(0, 100));
    put(257, 8, std::string_view("ustar\00000", 8));
    put(148, 8, "        ");
    unsigned sum = 0;
    for (const char c : bytes_) sum += static_cast<unsigned char>(c);
    put(148, 8, fmt::format("{:06o}", sum));
    bytes_[155] = ' ';
  }

  std::string_view text() const { return {bytes_.data(), bytes_.size()}; }

 private:
  void put(std::size_t at, std::size_t size, std::string_view text) {
    std::memset(bytes_.data() + at, 0, size);
    std::memcpy(bytes_.data() + at, text.data(), std::min(size, text.size()));
  }
  void number(std::size_t at, std::size_t size, std::uint64_t value) {
    put(at, size, fmt::format("{:0{}o}", value, size - 1));
  }

  std::array<char, kBlock> bytes_{};
};

/// "LENGTH KEY=VALUE\n", where the length counts its own digits.
std::string pax_record(std::string_view key, std::string_view value) {
  const std::size_t rest = key.size() + value.size() + 3;
  std::size_t length = rest + 1;
  while (fmt::formatted_size("{}", length) + rest != length) length = fmt::formatted_size("{}", length) + rest;
  std::string record = fmt::format("{} {}=", length, key);
  record += value;
  return record + "\n";
}

std::string pax_records(const TarEntry& entry) {
  std::string pax;
  if (entry.name.size() > 100) pax += pax_record("path", entry.name);
  if (entry.target.size() > 100) pax += pax_record("linkpath", entry.target);
  if (entry.size > kMaxOctal) pax += pax_record("size", fmt::format("{}", entry.size));
  if (entry.user > kMaxId) pax += pax_record("uid", fmt::format("{}", entry.user));
  if (entry.group > kMaxId) pax += pax_record("gid", fmt::format("{}", entry.group));
  if (entry.nanoseconds != 0) pax += pax_record("mtime", fmt::format("{}.{:09}", entry.seconds, entry.nanoseconds));
  for (const Attribute& one : entry.attributes) pax += pax_record("SCHILY.xattr." + one.name, one.value);
  return pax;
}

}  // namespace

std::string tar_header(const TarEntry& entry) {
  const std::string pax = pax_records(entry);
  std::string blocks;
  if (!pax.empty()) {
    TarEntry extension;
    extension.type = 'x';
    extension.mode = 0644;
    extension.size = pax.size();
    blocks += Header(extension, "pax").text();
    blocks += pax;
    blocks += tar_padding(pax.size());
  }
  blocks += Header(entry, std::string_view(entry.name).substr(0, 100)).text();
  return blocks;
}

std::string tar_padding(std::uint64_t size) { return std::string((kBlock - size % kBlock) % kBlock, '\0'); }

std::string tar_end() { return std::string(2 * kBlock, '\0'); }

}  // namespace sandbox::image
