#include "ending.hpp"

#include <sys/wait.h>

namespace sandbox::agent {

namespace {

std::uint64_t microseconds(const timeval& time) {
  return static_cast<std::uint64_t>(time.tv_sec) * 1000000 + static_cast<std::uint64_t>(time.tv_usec);
}

}  // namespace

wire::Ended ended_of(int status, const rusage& usage) {
  wire::Ended ended{};
  ended.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  ended.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  ended.user_us = microseconds(usage.ru_utime);
  ended.system_us = microseconds(usage.ru_stime);
  ended.peak_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
  ended.read_bytes = static_cast<std::uint64_t>(usage.ru_inblock) * 512;
  ended.written_bytes = static_cast<std::uint64_t>(usage.ru_oublock) * 512;
  return ended;
}

}  // namespace sandbox::agent
