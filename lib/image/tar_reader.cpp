#include "image/tar_reader.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <limits>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sandbox::image {

namespace {

constexpr std::size_t kBlock = 512;
constexpr std::uint64_t kMaxExtension = std::uint64_t{1} << 20;

/// Whoever catches it knows which archive it is.
struct NotTar {
  std::string why;
};

NotTar not_tar(std::string_view why) { return {std::string(why)}; }

std::string_view until_nul(std::string_view text) { return text.substr(0, text.find('\0')); }

constexpr std::uint64_t padded(std::uint64_t size) { return (size + kBlock - 1) / kBlock * kBlock; }

std::uint64_t decimal(std::string_view text, std::string_view what) {
  std::uint64_t value = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || at != text.data() + text.size() || text.empty())
    throw not_tar(fmt::format("'{}' is no number: '{}'", what, visible(text.substr(0, 40))));
  return value;
}

}  // namespace

struct TarReader::Header {
  std::array<char, kBlock> bytes{};

  std::string_view text(std::size_t at, std::size_t size) const { return {bytes.data() + at, size}; }
  char type() const { return bytes[156]; }
  bool is_posix() const { return text(257, 8) == std::string_view("ustar\00000", 8); }
  bool is_zero() const {
    return std::ranges::all_of(bytes, [](char c) { return c == '\0'; });
  }

  /// Octal, or base 256 where the first bit is set.
  std::uint64_t number(std::size_t at, std::size_t size) const {
    const std::string_view field = text(at, size);
    std::uint64_t value = 0;
    if (static_cast<unsigned char>(field[0]) == 0x80) {
      for (const char c : field.substr(1)) {
        if (value >> 55) throw not_tar("a number that is too large");
        value = value << 8 | static_cast<unsigned char>(c);
      }
      return value;
    }
    const std::size_t first = field.find_first_not_of(' ');
    for (const char c : field.substr(std::min(first, field.size()))) {
      if (c == ' ' || c == '\0') break;
      if (c < '0' || c > '7') throw not_tar("a number that is none");
      value = value << 3 | static_cast<std::uint64_t>(c - '0');
    }
    return value;
  }

  /// Two sums are in use: old programs took bytes for signed.
  bool has_right_sum() const {
    std::int64_t plain = 0, as_signed = 0;
    for (std::size_t i = 0; i < kBlock; ++i) {
      const char c = i >= 148 && i < 156 ? ' ' : bytes[i];
      plain += static_cast<unsigned char>(c);
      as_signed += static_cast<signed char>(c);
    }
    const auto wanted = static_cast<std::int64_t>(number(148, 8));
    return wanted == plain || wanted == as_signed;
  }
};

void TarReader::read_exactly(char* into, std::size_t size) {
  if (end_ - at_ < size) throw not_tar("it is cut off");
  while (size > 0) {
    const ssize_t n = ::pread(file_, into, size, static_cast<off_t>(at_));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_system_error("cannot read", visible(shown_));
    if (n == 0) throw not_tar("it is cut off");
    into += n;
    at_ += static_cast<std::uint64_t>(n);
    size -= static_cast<std::size_t>(n);
  }
}

/// False at the end, which two empty blocks mark; one, or none at all, are common.
bool TarReader::read_header(Header& header) {
  if (at_ == end_) return false;
  read_exactly(header.bytes.data(), kBlock);
  if (header.is_zero()) return false;
  if (!header.has_right_sum()) throw not_tar("a header is damaged");
  return true;
}

std::string TarReader::read_content(std::uint64_t size) {
  if (size > kMaxExtension) throw not_tar("a header is too large");
  std::string text(padded(size), '\0');
  read_exactly(text.data(), text.size());
  text.resize(size);
  return text;
}

namespace {

bool decides_names_or_sizes(std::string_view key) {
  return key == "path" || key == "linkpath" || key == "size" || key.starts_with("GNU.sparse.");
}

/// "LENGTH KEY=VALUE\n", each; the value may hold anything.
template <class Take>
void each_record(std::string_view text, Take&& take) {
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    if (space == text.npos || space > 8) throw not_tar("a record without its length");
    const std::uint64_t length = decimal(text.substr(0, space), "length of a record");
    if (length <= space + 1 || length > text.size() || text[length - 1] != '\n') throw not_tar("a record of another length");
    const std::string_view record = text.substr(space + 1, length - space - 2);
    const std::size_t equals = record.find('=');
    if (equals == record.npos || equals == 0) throw not_tar("a record without a key");
    take(record.substr(0, equals), record.substr(equals + 1));
    text.remove_prefix(length);
  }
}

}  // namespace

void TarReader::take_extension(const Header& header, Extended& extended) {
  const std::string text = read_content(header.number(124, 12));
  const auto once = [](std::optional<std::string>& field, std::string_view value) {
    if (field) throw not_tar("two long names for one member");
    field = until_nul(value);
  };
  if (header.type() == 'L') return once(extended.name, text);
  if (header.type() == 'K') return once(extended.target, text);
  if (header.type() == 'x' && (!extended.pax.empty() || !extended.attributes.empty())) throw not_tar("two extended headers for one member");
  each_record(text, [&](std::string_view key, std::string_view value) {
    if (header.type() == 'g') {
      if (decides_names_or_sizes(key)) throw not_tar("names or sizes for all members at once");
      return;
    }
    for (const std::string_view prefix : {"SCHILY.xattr.", "LIBARCHIVE.xattr."})
      if (key.starts_with(prefix)) extended.attributes.emplace_back(key.substr(prefix.size()));
    if (decides_names_or_sizes(key)) extended.pax[std::string(key)] = value;
  });
}

/// GNU's own sparse files go on with blocks of holes before their data.
void TarReader::skip_sparse_map(const Header& header) {
  bool goes_on = header.bytes[482] != 0;
  while (goes_on) {
    Header more;
    read_exactly(more.bytes.data(), kBlock);
    goes_on = more.bytes[504] != 0;
  }
}

namespace {

Member::Kind kind_of(char type, std::string_view name) {
  switch (type) {
    case '\0': return name.ends_with('/') ? Member::Kind::directory : Member::Kind::file;
    case '0': case '7': case 'S': return Member::Kind::file;
    case '1': return Member::Kind::hard_link;
    case '2': return Member::Kind::link;
    case '3': case '4': return Member::Kind::device;
    case '5': return Member::Kind::directory;
    case '6': return Member::Kind::fifo;
    default: throw not_tar(fmt::format("a member of unknown type '{}'", visible({&type, 1})));
  }
}

}  // namespace

Member TarReader::member(const Header& header, const Extended& extended) {
  const auto pax = [&](std::string_view key) -> const std::string* {
    const auto found = extended.pax.find(key);
    return found == extended.pax.end() ? nullptr : &found->second;
  };
  Member member;
  const std::string prefix(header.is_posix() ? until_nul(header.text(345, 155)) : "");
  const std::string plain(until_nul(header.text(0, 100)));
  member.name = extended.name.value_or(prefix.empty() ? plain : prefix + "/" + plain);
  member.target = extended.target.value_or(std::string(until_nul(header.text(157, 100))));
  if (extended.name && pax("path")) throw not_tar("two long names for one member");
  if (extended.target && pax("linkpath")) throw not_tar("two long names for one member");
  for (const char* key : {"path", "GNU.sparse.name"})
    if (const std::string* name = pax(key)) member.name = *name;
  if (const std::string* target = pax("linkpath")) member.target = *target;
  member.kind = kind_of(header.type(), member.name);
  member.attributes = extended.attributes;
  if (header.type() == 'S') skip_sparse_map(header);
  const std::uint64_t said = pax("size") ? decimal(*pax("size"), "size") : header.number(124, 12);
  member.stored = member.kind == Member::Kind::file ? said : 0;
  member.size = header.type() == 'S' ? header.number(483, 12) : member.stored;
  for (const char* key : {"GNU.sparse.size", "GNU.sparse.realsize"})
    if (const std::string* size = pax(key)) member.size = std::max(member.size, decimal(*size, key));
  // Readers disagree on whether it is there.
  if (said != 0 && member.kind != Member::Kind::file) throw not_tar("content of what is no file");
  if (member.name.find('\0') != std::string::npos || member.target.find('\0') != std::string::npos)
    throw not_tar("a name with a NUL in it");
  member.offset = at_;
  if (member.stored > end_ - at_ || padded(member.stored) > end_ - at_) throw not_tar("it is cut off");
  at_ += padded(member.stored);
  return member;
}

std::optional<Member> TarReader::next() {
  try {
    return read();
  } catch (const NotTar& problem) {
    throw Error(ExitCode::input, fmt::format("cannot read '{}' as a tar archive: {}", visible(shown_), problem.why));
  }
}

std::optional<Member> TarReader::read() {
  Extended extended;
  for (Header header; read_header(header);) {
    if (header.type() != 'L' && header.type() != 'K' && header.type() != 'x' && header.type() != 'g')
      return member(header, extended);
    take_extension(header, extended);
  }
  return std::nullopt;
}

}  // namespace sandbox::image
