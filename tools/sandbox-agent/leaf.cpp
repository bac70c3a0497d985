#include "leaf.hpp"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include <optional>
#include <string_view>

#include "decimal.hpp"

namespace sandbox::agent {

namespace {

/// Reads cgroup.procs and calls visit(pid) for each process that this namespace can name.
template <class Visit>
void for_each_process(int file, Visit visit) {
  char chunk[4096];
  long pid = 0;
  for (;;) {
    const ssize_t n = ::read(file, chunk, sizeof chunk);
    if (n <= 0) return;
    for (const char c : std::string_view(chunk, static_cast<std::size_t>(n))) {
      if (c != '\n') {
        pid = pid * 10 + (c - '0');
        continue;
      }
      if (pid > 1) visit(static_cast<pid_t>(pid));
      pid = 0;
    }
  }
}

/// The number behind KEY.
std::optional<std::uint64_t> value_of(std::string_view text, std::string_view key) {
  const std::size_t found = text.find(key);
  if (found == std::string_view::npos) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text.substr(found + key.size())) {
    if (c < '0' || c > '9') break;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

}  // namespace

Handle Leaf::open(const char* file, int flags) const {
  return Handle(::openat(base_, DecimalName("c", serial_, file).c_str(), flags | O_CLOEXEC));
}

Handle Leaf::create() const {
  if (::mkdirat(base_, DecimalName("c", serial_).c_str(), 0755) < 0) return Handle();
  return open("", O_RDONLY | O_DIRECTORY);
}

void Leaf::terminate() const {
  const Handle file = open("/cgroup.procs", O_RDONLY);
  if (file) for_each_process(file.get(), [](pid_t pid) { ::kill(pid, SIGTERM); });
}

void Leaf::kill() const {
  const Handle file = open("/cgroup.kill", O_WRONLY);
  if (file) [[maybe_unused]] const ssize_t n = ::write(file.get(), "1", 1);
}

bool Leaf::populated() const {
  const Handle file = open("/cgroup.events", O_RDONLY);
  char text[256];
  const ssize_t n = file ? ::read(file.get(), text, sizeof text) : -1;
  // Unreadable counts as populated: only the kernel's word is proof.
  return n <= 0 || std::string_view(text, static_cast<std::size_t>(n)).find("populated 0") ==
                       std::string_view::npos;
}

std::uint32_t Leaf::processes() const {
  std::uint32_t count = 0;
  const Handle file = open("/cgroup.procs", O_RDONLY);
  if (file) for_each_process(file.get(), [&](pid_t) { ++count; });
  return count;
}

void Leaf::read_cpu_time(std::uint64_t& user_us, std::uint64_t& system_us) const {
  const Handle file = open("/cpu.stat", O_RDONLY);
  char text[1024];
  const ssize_t n = file ? ::read(file.get(), text, sizeof text) : -1;
  if (n <= 0) return;
  const std::string_view all(text, static_cast<std::size_t>(n));
  user_us = value_of(all, "user_usec ").value_or(user_us);
  system_us = value_of(all, "system_usec ").value_or(system_us);
}

bool Leaf::remove() const {
  return ::unlinkat(base_, DecimalName("c", serial_).c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT;
}

}  // namespace sandbox::agent
