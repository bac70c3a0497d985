#pragma once
// BpfProgram: a seccomp filter written statement by statement, for the filters that are short
// enough to be read as a list. The large one of a sandbox is compiled at build time.
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/error.hpp"

namespace sandbox::isolate {

#if defined(__x86_64__)
inline constexpr unsigned kAuditArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
inline constexpr unsigned kAuditArchitecture = AUDIT_ARCH_AARCH64;
#else
#error "name this architecture's AUDIT_ARCH"
#endif

class BpfProgram {
 public:
  /// Kills what uses another architecture's table, and leaves the call's number loaded.
  BpfProgram() {
    load(offsetof(seccomp_data, arch));
    unless_equal(kAuditArchitecture);
    answer(SECCOMP_RET_KILL_PROCESS);
    load(offsetof(seccomp_data, nr));
  }

  void load(std::size_t offset) { add(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<unsigned>(offset))); }
  void argument(unsigned number) { load(offsetof(seccomp_data, args) + 8 * number); }  // its low half
  void answer(unsigned action) { add(BPF_STMT(BPF_RET | BPF_K, action)); }
  /// Runs so many next statements only when the loaded word compares so.
  void if_equal(unsigned value, std::uint8_t count = 1) { add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, count)); }
  void unless_equal(unsigned value) { add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 1, 0)); }
  void if_any(unsigned bits) { add(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1)); }
  void unless_any(unsigned bits) { add(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 1, 0)); }
  void if_at_least(unsigned value) { add(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, value, 0, 1)); }

  /// For the calling thread and all that it starts. Needs no_new_privs or CAP_SYS_ADMIN.
  void install(const char* name) const {
    const sock_fprog program{static_cast<unsigned short>(code_.size()), const_cast<sock_filter*>(code_.data())};
    if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) < 0)
      throw_system_error("cannot install", name, HostCheck::seccomp);
  }

 private:
  void add(sock_filter statement) { code_.push_back(statement); }
  std::vector<sock_filter> code_;
};

}  // namespace sandbox::isolate
