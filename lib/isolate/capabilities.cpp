#include "isolate/capabilities.hpp"

#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"

namespace sandbox::isolate {

namespace {

constexpr std::uint64_t bit(int capability) { return std::uint64_t{1} << capability; }

}  // namespace

const std::uint64_t kAgentCapabilities = bit(CAP_CHOWN) | bit(CAP_DAC_OVERRIDE) | bit(CAP_FOWNER) |
                                         bit(CAP_FSETID) | bit(CAP_SETUID) | bit(CAP_SETGID) |
                                         bit(CAP_SETPCAP) | bit(CAP_KILL) | bit(CAP_SYS_CHROOT);
const std::uint64_t kNestingCapabilities = bit(CAP_SETFCAP);

void cut_capabilities(std::uint64_t keep) {
  // Past the last capability of this kernel prctl answers EINVAL: no need to read cap_last_cap.
  for (int capability = 0; capability < 64; ++capability) {
    if (keep & bit(capability)) continue;
    if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0) {
      if (errno == EINVAL) break;
      throw_system_error("cannot drop capabilities", {}, HostCheck::privileges);
    }
  }
  if (::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
    throw_system_error("cannot clear ambient capabilities", {}, HostCheck::privileges);
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2]{};
  for (int half = 0; half < 2; ++half) {
    data[half].permitted = static_cast<std::uint32_t>(keep >> (32 * half));
    data[half].effective = data[half].permitted;
    data[half].inheritable = 0;  // CVE-2022-29162
  }
  if (::syscall(SYS_capset, &header, data) < 0)
    throw_system_error("cannot reduce capabilities", {}, HostCheck::privileges);
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
    throw_system_error("cannot forbid new privileges", {}, HostCheck::privileges);
}

}  // namespace sandbox::isolate
