#include "isolate/seccomp.hpp"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>

#include "base/error.hpp"

namespace sandbox::isolate {

namespace {

const sock_filter kFilter[] = {
#include "seccomp_filter.inc"
};

const sock_filter kNestedFilter[] = {
#include "seccomp_nested_filter.inc"
};

template <std::size_t N>
sock_fprog program_of(const sock_filter (&filter)[N]) {
  return {N, const_cast<sock_filter*>(filter)};
}

}  // namespace

void apply_seccomp(Nesting nesting) {
  const sock_fprog program = nesting == Nesting::allowed ? program_of(kNestedFilter) : program_of(kFilter);
  if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0)
    throw_system_error("cannot install the seccomp filter", {}, HostCheck::seccomp);
}

}  // namespace sandbox::isolate
