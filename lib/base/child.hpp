#pragma once
// Child: a running process held by pidfd. Dropping one kills and reaps it, so a thrown error
// never leaves a process behind. Not for the supervisor, which is meant to outlive its
// launcher: that one is released by name.
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/ending.hpp"
#include "base/fd.hpp"
#include "base/file.hpp"

namespace sandbox {

/// What to run. Descriptors that are not listed are closed; 0, 1 and 2 default to /dev/null.
struct Command {
  Path program;
  std::vector<std::string> arguments;  ///< argv, argv[0] included
  std::vector<std::string> environment;
  struct Pass {
    int from;  ///< borrowed from the caller
    int to;    ///< its number in the child
  };
  std::vector<Pass> descriptors;
  bool new_session = false;
  int cgroup = -1;  ///< version 2, a directory to be born in if that may be; borrowed
};

class Child {
 public:
  static Child spawn(const Command& command);
  /// A child that was made in another way, by clone3(2) with namespaces.
  static Child adopt(int pid, Fd pidfd) noexcept { return Child(pid, std::move(pidfd)); }

  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  ~Child();

  int pid() const noexcept { return pid_; }
  const Fd& pidfd() const noexcept { return pidfd_; }
  void signal(int number) const;

  Ending wait() &&;
  /// Nothing when the deadline passed first; the child still runs then.
  std::optional<Ending> wait_until(std::chrono::steady_clock::time_point deadline);

  /// Lets the process outlive this object.
  void release() && noexcept;

 private:
  Child(int pid, Fd pidfd) noexcept : pid_(pid), pidfd_(std::move(pidfd)) {}
  int pid_;
  Fd pidfd_;
};

/// The program's own directory, and the directory of the programs that only we start.
Path program_directory();
Path libexec_directory();

}  // namespace sandbox
