#include "isolate/fake_owners.hpp"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <cstddef>
#include <vector>

#include "base/error.hpp"

namespace sandbox::isolate {

namespace {

constexpr int kSync[] = {SYS_fsync, SYS_fdatasync, SYS_sync, SYS_syncfs, SYS_msync, SYS_sync_file_range};

constexpr int kOwners[] = {
#ifdef SYS_chown
    SYS_chown, SYS_lchown,
#endif
    SYS_fchown, SYS_fchownat};

#if defined(__x86_64__)
constexpr unsigned kArchitecture = AUDIT_ARCH_X86_64;
constexpr unsigned kForeignBit = 0x40000000;  // x32 calls carry it
#elif defined(__aarch64__)
constexpr unsigned kArchitecture = AUDIT_ARCH_AARCH64;
constexpr unsigned kForeignBit = 0x40000000;  // unused there
#else
#error "name this architecture's AUDIT_ARCH"
#endif

class Program {
 public:
  void load(std::size_t offset) { add(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<unsigned>(offset))); }
  void answer(unsigned action) { add(BPF_STMT(BPF_RET | BPF_K, action)); }
  /// Runs the next statement only when the loaded word compares so.
  void if_equal(unsigned value) { add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1)); }
  void unless_equal(unsigned value) { add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 1, 0)); }
  void if_at_least(unsigned value) { add(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, value, 0, 1)); }

  void install() {
    const sock_fprog program{static_cast<unsigned short>(code_.size()), code_.data()};
    if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) < 0)
      throw_system_error("cannot install the build filter", {}, ExitCode::host);
  }

 private:
  void add(sock_filter statement) { code_.push_back(statement); }
  std::vector<sock_filter> code_;
};

}  // namespace

void apply_build_filter(Owners owners) {
  Program program;
  program.load(offsetof(seccomp_data, arch));
  program.unless_equal(kArchitecture);
  program.answer(SECCOMP_RET_KILL_PROCESS);
  program.load(offsetof(seccomp_data, nr));
  program.if_at_least(kForeignBit);
  program.answer(SECCOMP_RET_KILL_PROCESS);
  const auto succeed = [&](int call) {
    program.if_equal(static_cast<unsigned>(call));
    program.answer(SECCOMP_RET_ERRNO | 0);
  };
  for (const int call : kSync) succeed(call);
  if (owners == Owners::fake)
    for (const int call : kOwners) succeed(call);
  program.answer(SECCOMP_RET_ALLOW);
  program.install();
}

}  // namespace sandbox::isolate
