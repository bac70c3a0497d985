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
constexpr std::uint64_t kMaxSeconds = std::uint64_t{1} << 40;
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
  return key == "path" || key == "mtime" || key == "linkpath" || key == "size" || key.starts_with("GNU.sparse.");
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
      if (key == "mtime") return;
      if (decides_names_or_sizes(key)) throw not_tar("names or sizes for all members at once");
      return;
    }
    for (const std::string_view prefix : {"SCHILY.xattr.", "LIBARCHIVE.xattr."})
      if (key.starts_with(prefix)) extended.attributes.emplace_back(key.substr(prefix.size()));
    if (decides_names_or_sizes(key)) extended.pax[std::string(key)] = value;
  });
}

/// GNU's own sparse files say in the header, and in blocks before their data, what is no hole.
void TarReader::take_sparse_map(const Header& header, Member& member) {
  constexpr std::size_t kInHeader = 4, kInBlock = 21, kMost = 1 << 20;
  const auto take = [&](const Header& block, std::size_t at, std::size_t count) {
    for (; count > 0 && block.bytes[at] != 0; --count, at += 24)
      member.segments.push_back({block.number(at, 12), block.number(at + 12, 12)});
  };
  take(header, 386, kInHeader);
  bool goes_on = header.bytes[482] != 0;
  while (goes_on) {
    Header more;
    read_exactly(more.bytes.data(), kBlock);
    take(more, 0, kInBlock);
    goes_on = more.bytes[504] != 0;
    if (member.segments.size() > kMost) throw not_tar("a file of too many holes");
  }
  member.holes = Member::Holes::mapped;
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

/// "SECONDS.FRACTION". What is no time is left as the header has it.
void take_time(std::string_view text, Member& member) {
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), seconds);
  if (error != std::errc() || end != whole.data() + whole.size() || seconds < 0) return;
  member.seconds = seconds;
  std::string fraction(point == text.npos ? "" : text.substr(point + 1, 9));
  fraction.resize(9, '0');
  std::uint32_t nanoseconds = 0;
  const auto [stop, bad] = std::from_chars(fraction.data(), fraction.data() + fraction.size(), nanoseconds);
  if (bad == std::errc() && stop == fraction.data() + fraction.size()) member.nanoseconds = nanoseconds;
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
  if (header.type() == 'S') take_sparse_map(header, member);
  member.mode = static_cast<unsigned>(header.number(100, 8) & 07777);
  member.seconds = static_cast<std::int64_t>(std::min<std::uint64_t>(header.number(136, 12), kMaxSeconds));
  if (const std::string* time = pax("mtime")) take_time(*time, member);
  const std::uint64_t said = pax("size") ? decimal(*pax("size"), "size") : header.number(124, 12);
  member.stored = member.kind == Member::Kind::file ? said : 0;
  member.size = header.type() == 'S' ? header.number(483, 12) : member.stored;
  for (const char* key : {"GNU.sparse.size", "GNU.sparse.realsize"})
    if (const std::string* size = pax(key)) {
      member.size = std::max(member.size, decimal(*size, key));
      member.holes = Member::Holes::unknown;
    }
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
