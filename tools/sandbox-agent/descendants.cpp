#include "descendants.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <string_view>

#include "decimal.hpp"
#include "handle.hpp"

namespace sandbox::agent {

namespace {

constexpr std::uint64_t kTickUs = 10'000;  // USER_HZ is 100 on every x86

/// Takes the next word; empty at the end.
std::string_view take_word(std::string_view& text) {
  const std::size_t end = text.find(' ');
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return word;
}

/// "PID (NAME) STATE PARENT …"; the name may hold anything, so the last ')' counts. Processor
/// times are the fields 14 and 15 of proc(5).
bool parse_stat(std::string_view text, Descendants::Process& out) {
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string_view::npos || text.size() < name_end + 5) return false;
  out.state = text[name_end + 2];
  text.remove_prefix(name_end + 4);
  std::uint64_t parent = 0;
  if (!parse_decimal(take_word(text), 0x7FFFFFFF, parent)) return false;
  out.parent = static_cast<pid_t>(parent);
  for (int field = 5; field < 14; ++field) take_word(text);
  constexpr std::uint64_t kMost = UINT64_MAX / kTickUs;
  if (!parse_decimal(take_word(text), kMost, out.user_us) || !parse_decimal(take_word(text), kMost, out.system_us))
    return false;
  out.user_us *= kTickUs;
  out.system_us *= kTickUs;
  return true;
}

bool read_process(int proc, const char* name, Descendants::Process& out) {
  std::uint64_t pid = 0;
  if (!parse_decimal(name, 0x7FFFFFFF, pid)) return false;
  const Handle file(::openat(proc, DecimalName("", pid, "/stat").c_str(), O_RDONLY | O_CLOEXEC));
  char text[512];
  const ssize_t n = file ? ::read(file.get(), text, sizeof text) : -1;
  if (n <= 0) return false;
  out.pid = static_cast<pid_t>(pid);
  out.ours = false;
  return parse_stat({text, static_cast<std::size_t>(n)}, out);
}

}  // namespace

void Descendants::scan() {
  count_ = 0;
  DIR* directory = ::opendir("/proc");
  if (!directory) return;
  while (const dirent* entry = ::readdir(directory))
    if (count_ < kMost && read_process(::dirfd(directory), entry->d_name, found_[count_])) ++count_;
  ::closedir(directory);
  mark_ours();
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count_; ++i)
    if (found_[i].ours) found_[kept++] = found_[i];
  count_ = kept;
}

/// Parents usually have smaller numbers than their children, so one round is the rule.
void Descendants::mark_ours() {
  const pid_t self = ::getpid();
  const auto is_ours = [&](pid_t pid) {
    if (pid == self) return true;
    for (const Process& process : *this)
      if (process.pid == pid) return process.ours;
    return false;
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i < count_; ++i)
      if (!found_[i].ours && is_ours(found_[i].parent)) changed = found_[i].ours = true;
  }
}

}  // namespace sandbox::agent
