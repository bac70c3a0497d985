#pragma once
// Network: a network namespace of one's own with nothing in it but lo. The kernel needs as long
// to make one as for all the mounts of a sandbox together, so it is made beside them.
#include <sys/types.h>

namespace sandbox::isolate {

class NetworkNamespace {
 public:
  /// Starts a process that makes one. It shares our memory and descriptors and ends with our pid
  /// namespace: the caller is PID 1 of one, with one thread and all rights in its user namespace.
  static NetworkNamespace begin();

  NetworkNamespace(NetworkNamespace&& other) noexcept;
  NetworkNamespace& operator=(NetworkNamespace&&) = delete;
  ~NetworkNamespace();

  /// Waits until it is made, and enters it. Until then the caller is where it was.
  void enter() &&;

 private:
  explicit NetworkNamespace(pid_t maker) : maker_(maker) {}
  pid_t maker_;  // -1 once it was waited for
};

}  // namespace sandbox::isolate
