#include "isolate/seccomp.hpp"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.hpp"

namespace sandbox::isolate {

namespace {

const sock_filter kFilter[] = {
#include "seccomp_filter.inc"
};

}  // namespace

void apply_seccomp() {
  const sock_fprog program{sizeof kFilter / sizeof *kFilter, const_cast<sock_filter*>(kFilter)};
  if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0)
    throw_system_error("cannot install the seccomp filter", {}, ExitCode::host);
}

}  // namespace sandbox::isolate
