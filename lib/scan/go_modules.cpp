#include "scan/go_modules.hpp"

#include "base/text.hpp"

namespace sandbox::scan {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view kMagic = "\xff Go buildinf:";
constexpr std::size_t kWindow = 64 << 10, kMaxModules = 4 << 20, kHeader = 32, kFlags = 15, kFrame = 16;
constexpr unsigned char kInline = 2;

/// A length as Go writes it, seven bits at a time, and so many bytes after it.
std::optional<std::string> take_text(const ReadAt& read, std::uint64_t& at) {
  const std::string bytes = read(at, 10);
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    length |= std::uint64_t{byte & 0x7Fu} << (7 * i);
    if (byte & 0x80) continue;
    if (length > kMaxModules) return std::nullopt;
    std::string text = read(at + i + 1, length);
    at += i + 1 + length;
    return text.size() == length ? std::optional(text) : std::nullopt;
  }
  return std::nullopt;
}

std::vector<Package> modules_at(const ReadAt& read, std::uint64_t at) {
  const std::string header = read(at, kHeader);
  if (header.size() < kHeader || !(static_cast<unsigned char>(header[kFlags]) & kInline)) return {};
  std::uint64_t next = at + kHeader;
  const auto version = take_text(read, next);
  const auto modules = version ? take_text(read, next) : std::nullopt;
  if (!modules) return {};
  std::vector<Package> packages;
  if (modules->size() > 2 * kFrame) packages = parse_go_modules(std::string_view(*modules).substr(kFrame, modules->size() - 2 * kFrame));
  if (version->starts_with("go")) packages.push_back({Ecosystem::golang, "stdlib", version->substr(2, version->find(' ') - 2), "", "", "", ""});
  return packages;
}

}  // namespace

std::vector<Package> parse_go_modules(std::string_view text) {
  std::vector<Package> packages;
  for (const std::string_view line : split(text, '\n')) {
    const std::vector<std::string_view> fields = split(line, '\t');
    if (fields.size() < 3 || fields[1].empty() || fields[2].empty() || !is_utf8(line)) continue;
    const Package package{Ecosystem::golang, std::string(fields[1]), std::string(fields[2]), "", "", "", ""};
    if (fields[0] == "dep") packages.push_back(package);
    else if (fields[0] == "=>" && !packages.empty()) packages.back() = package;
  }
  return packages;
}

std::vector<Package> go_modules(const ReadAt& read) {
  for (const std::uint64_t offset : data_offsets(read)) {
    const std::string window = read(offset, kWindow);
    if (const std::size_t at = window.find(kMagic); at != window.npos) return modules_at(read, offset + at);
  }
  return {};
}

}  // namespace sandbox::scan
