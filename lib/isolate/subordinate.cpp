#include "isolate/subordinate.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "isolate/newuidmap.hpp"

namespace sandbox::isolate {

namespace {

constexpr std::uint64_t kCount = 65536;
constexpr std::uint64_t kLastId = 0xFFFFFFFE;
constexpr std::uint64_t kFirstFree = 100000;  // where useradd(8) begins to give ranges away

/// "OWNER:FIRST:COUNT"; the owner is a name or a uid.
struct Line {
  std::string_view owner;
  std::uint64_t first = 0, count = 0;
};

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  for (const std::string_view line : split(text, '\n')) {
    const auto fields = split(line, ':');
    if (fields.size() != 3) continue;
    const auto first = number(fields[1]), count = number(fields[2]);
    if (first && count && *first <= kLastId && *count <= kLastId - *first + 1) lines.push_back({fields[0], *first, *count});
  }
  return lines;
}

std::optional<std::string_view> name_of(std::string_view passwd, std::uint32_t uid) {
  for (const std::string_view line : split(passwd, '\n'))
    if (const auto fields = split(line, ':'); fields.size() == 7 && number(fields[2]) == uid) return fields[0];
  return std::nullopt;
}

std::vector<std::uint32_t> starts_of(std::string_view text, std::string_view name, std::uint32_t uid) {
  std::vector<std::uint32_t> starts;
  for (const Line& line : lines_of(text)) {
    if (line.owner != name && number(line.owner) != uid) continue;
    for (std::uint64_t at = 0; line.count - at >= kCount; at += kCount)
      starts.push_back(static_cast<std::uint32_t>(line.first + at));
  }
  return starts;
}

/// The lowest start that no line of either file touches.
std::uint64_t free_start(const SubordinateFacts& facts) {
  std::vector<Line> taken = lines_of(facts.subuid);
  std::ranges::copy(lines_of(facts.subgid), std::back_inserter(taken));
  std::ranges::sort(taken, {}, &Line::first);
  std::uint64_t start = kFirstFree;
  for (const Line& line : taken)
    if (line.first < start + kCount && line.first + line.count > start) start = line.first + line.count;
  return start;
}

[[noreturn]] void refuse(const SubordinateFacts& facts, std::string_view name, bool lacks_users, bool lacks_groups) {
  const std::string files = lacks_users && lacks_groups ? "/etc/subuid and /etc/subgid" : lacks_users ? "/etc/subuid" : "/etc/subgid";
  throw Error(HostCheck::subuid, fmt::format("no {} ids for '{}' are in {}", kCount, visible(name), files),
              "as root: " + subordinate_command(facts));
}

std::string text_of(const char* file) { return read_file_if_exists(file, 16 << 20).value_or(""); }

}  // namespace

SubordinateFacts SubordinateFacts::read() {
  const MappingPrograms helpers = find_mapping_programs();
  return {::geteuid(), text_of("/etc/passwd"), text_of("/etc/subuid"), text_of("/etc/subgid"), helpers.lack, helpers.fix};
}

std::string subordinate_command(const SubordinateFacts& facts) {
  const auto name = name_of(facts.passwd, facts.uid);
  // It may be given to a shell.
  if (!name || name->empty() || name->front() == '-' || std::ranges::any_of(*name, [](char c) { return !std::isalnum(static_cast<unsigned char>(c)) && c != '_' && c != '-' && c != '.'; }))
    return {};
  const std::uint64_t first = free_start(facts);
  std::string options;
  if (starts_of(facts.subuid, *name, facts.uid).empty()) options += fmt::format(" --add-subuids {}-{}", first, first + kCount - 1);
  if (starts_of(facts.subgid, *name, facts.uid).empty()) options += fmt::format(" --add-subgids {}-{}", first, first + kCount - 1);
  return options.empty() ? "" : fmt::format("usermod{} {}", options, visible(*name));
}

std::vector<SubordinateIds> subordinate_ids(const SubordinateFacts& facts) {
  if (!facts.lack.empty()) throw Error(HostCheck::subuid, facts.lack, facts.lack_fix);
  const auto name = name_of(facts.passwd, facts.uid);
  if (!name)
    throw Error(HostCheck::subuid, fmt::format("newuidmap maps ids only for users with a name, and uid {} has none", facts.uid),
                fmt::format("as root: useradd --uid {} NAME", facts.uid));
  const auto users = starts_of(facts.subuid, *name, facts.uid);
  const auto groups = starts_of(facts.subgid, *name, facts.uid);
  if (users.empty() || groups.empty()) refuse(facts, *name, users.empty(), groups.empty());
  std::vector<SubordinateIds> both;
  for (std::size_t i = 0; i < std::min(users.size(), groups.size()); ++i) both.push_back({users[i], groups[i]});
  return both;
}

}  // namespace sandbox::isolate
