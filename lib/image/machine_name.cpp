#include "image/machine_name.hpp"

#include <sys/utsname.h>

#include <string_view>
#include <utility>

namespace sandbox::image {

std::string machine_name() {
  static constexpr std::pair<std::string_view, std::string_view> names[] = {
      {"x86_64", "amd64"}, {"aarch64", "arm64"}, {"armv7l", "arm"}, {"i686", "386"}};
  utsname system{};
  ::uname(&system);
  const std::string_view machine = system.machine;
  for (const auto& [kernels, others] : names)
    if (machine == kernels) return std::string(others);
  return std::string(machine);  // riscv64, ppc64le, s390x
}

}  // namespace sandbox::image
