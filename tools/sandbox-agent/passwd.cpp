#include "passwd.hpp"

#include <cstring>

#include "decimal.hpp"

namespace sandbox::agent {

namespace {

constexpr std::uint64_t kMaxId = 0xFFFFFFFE;  // (uid_t)-1 means "unchanged" to setresuid
constexpr std::size_t kMaxLine = 1024;

/// The text up to `separator`, which is removed from `rest` together with it.
std::string_view take_until(std::string_view& rest, char separator) {
  const std::size_t end = rest.find(separator);
  const std::string_view part(rest.data(), end == std::string_view::npos ? rest.size() : end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return part;
}

/// Splits a line into exactly N fields; false when there are more, fewer, or a NUL.
template <std::size_t N>
bool fields_of(std::string_view line, std::string_view (&fields)[N]) {
  std::size_t separators = 0;
  for (const char c : line) {
    if (c == '\0') return false;
    separators += c == ':';
  }
  if (separators != N - 1 || line.size() > kMaxLine) return false;
  for (std::string_view& field : fields) field = take_until(line, ':');
  return true;
}

bool parse_id(std::string_view text, std::uint32_t& out) {
  std::uint64_t value = 0;
  if (!parse_decimal(text, kMaxId, value)) return false;
  out = static_cast<std::uint32_t>(value);
  return true;
}

template <std::size_t N>
bool copy_text(std::string_view from, char (&to)[N]) {
  if (from.empty() || from.size() >= N) return false;
  std::memcpy(to, from.data(), from.size());
  to[from.size()] = '\0';
  return true;
}

struct PasswdLine {
  std::string_view name, home;
  std::uint32_t uid, gid;
};

bool parse_passwd_line(std::string_view line, PasswdLine& out) {
  std::string_view fields[7];
  if (!fields_of(line, fields)) return false;
  out.name = fields[0];
  out.home = fields[5];
  return !out.name.empty() && parse_id(fields[2], out.uid) && parse_id(fields[3], out.gid);
}

/// The first line that answers: by name, or by number when `name` is one.
bool find_user(std::string_view passwd, std::string_view name, bool numeric, std::uint32_t uid,
               PasswdLine& out) {
  while (!passwd.empty())
    if (parse_passwd_line(take_until(passwd, '\n'), out) &&
        (numeric ? out.uid == uid : out.name == name))
      return true;
  return false;
}

bool lists(std::string_view members, std::string_view name) {
  while (!members.empty())
    if (take_until(members, ',') == name) return true;
  return false;
}

bool find_group(std::string_view group, std::string_view name, std::uint32_t& gid) {
  if (parse_id(name, gid)) return true;
  while (!group.empty()) {
    std::string_view fields[4];
    if (fields_of(take_until(group, '\n'), fields) && fields[0] == name && parse_id(fields[2], gid))
      return true;
  }
  gid = 0;
  return name == "root";
}

void add_memberships(std::string_view group, Account& account) {
  const std::string_view name(account.name);
  while (!group.empty() && account.group_count < kMaxGroups) {
    std::string_view fields[4];
    std::uint32_t gid = 0;
    if (fields_of(take_until(group, '\n'), fields) && lists(fields[3], name) &&
        parse_id(fields[2], gid) && gid != account.gid)
      account.groups[account.group_count++] = gid;
  }
}

bool apply_user(std::string_view passwd, std::string_view name, Account& out) {
  std::uint32_t uid = 0;
  const bool numeric = parse_id(name, uid);
  PasswdLine line{};
  if (find_user(passwd, name, numeric, uid, line)) {
    out.uid = line.uid;
    out.gid = line.gid;
    if (line.home.empty() || line.home[0] != '/' || !copy_text(line.home, out.home))
      copy_text("/", out.home);
    return copy_text(line.name, out.name);
  }
  if (name == "root" || (numeric && uid == 0)) return true;  // as Account begins
  out.uid = out.gid = uid;
  copy_text("/", out.home);
  return numeric && copy_text(name, out.name);
}

}  // namespace

bool find_account(std::string_view spec, std::string_view passwd, std::string_view group,
                  Account& out) {
  out = {};
  if (spec.empty()) spec = "root";
  const bool has_group = spec.find(':') != std::string_view::npos;
  const std::string_view name = take_until(spec, ':');
  if (!apply_user(passwd, name, out)) return false;
  if (has_group) return !spec.empty() && find_group(group, spec, out.gid);
  add_memberships(group, out);
  return true;
}

}  // namespace sandbox::agent
