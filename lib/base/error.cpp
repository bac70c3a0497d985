#include "base/error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

namespace sandbox {

std::string error_text(int error) {
  char buffer[128];
  return ::strerror_r(error, buffer, sizeof buffer);  // the GNU variant: returns the text
}

void throw_system_error(std::string_view problem, std::string_view subject, ExitCode code) {
  const int error = errno;
  const std::string cause = error_text(error);
  throw Error(code, subject.empty() ? fmt::format("{}: {}", problem, cause)
                                    : fmt::format("{} '{}': {}", problem, subject, cause));
}

}  // namespace sandbox
