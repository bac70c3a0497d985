#include "life/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <charconv>

#include "base/file.hpp"
#include "base/text.hpp"

namespace sandbox::life {

namespace {

struct Stat {
  char state;
  std::uint64_t start_ticks;
};

/// /proc/PID/stat; the name in parentheses may hold spaces and parentheses.
std::optional<Stat> read_stat(int pid) {
  const auto text = read_small(AT_FDCWD, fmt::format("/proc/{}/stat", pid).c_str());
  if (!text || text->rfind(") ") == std::string::npos) return std::nullopt;
  const auto fields = split(std::string_view(*text).substr(text->rfind(") ") + 2), ' ');
  if (fields.size() < 20 || fields[0].size() != 1) return std::nullopt;
  std::uint64_t ticks = 0;  // field 22 of proc(5), the twentieth behind the name
  std::from_chars(fields[19].data(), fields[19].data() + fields[19].size(), ticks);
  return Stat{fields[0][0], ticks};
}

}  // namespace

std::string boot_id() {
  std::string id = read_small(AT_FDCWD, "/proc/sys/kernel/random/boot_id").value_or("");
  return id.substr(0, id.find('\n'));
}

record::ProcessIdentity identity_of(int pid) {
  const auto stat = read_stat(pid);
  return {pid, stat ? stat->start_ticks : 0, boot_id()};
}

bool is_alive(const record::ProcessIdentity& identity) {
  if (identity.pid <= 0 || identity.boot_id != boot_id()) return false;
  const auto stat = read_stat(identity.pid);
  return stat && stat->start_ticks == identity.start_ticks && stat->state != 'Z' && stat->state != 'X';
}

bool is_stopped(int pid) {
  const auto stat = read_stat(pid);
  return stat && (stat->state == 'T' || stat->state == 't');
}

}  // namespace sandbox::life
