#pragma once
// Scratch places for tests: a directory that goes with the test, a pipe, a limit that is
// lowered for a moment.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>

#include "base/error.hpp"
#include "base/temp_dir.hpp"

namespace sandbox::test {

inline TempDir scratch() {
  const char* place = std::getenv("TMPDIR");
  return TempDir::create(place ? place : "/tmp");
}

struct Pipe {
  Fd out, in;
};

inline Pipe make_pipe(int flags = 0) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | flags) < 0) throw_system_error("cannot create a pipe");
  return {Fd(ends[0]), Fd(ends[1])};
}

/// At most so many open descriptors until the end of the scope.
class DescriptorLimit {
 public:
  explicit DescriptorLimit(rlim_t most) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit lowered{most, before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &lowered);
  }
  DescriptorLimit(const DescriptorLimit&) = delete;
  ~DescriptorLimit() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

/// How many descriptors this process has open.
inline std::size_t open_descriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
  return count;
}

}  // namespace sandbox::test
