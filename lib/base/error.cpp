#include "base/error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "base/denied.hpp"

namespace sandbox {

std::string error_text(int error) {
  char buffer[128];
  return ::strerror_r(error, buffer, sizeof buffer);  // the GNU variant: returns the text
}

void throw_system_error(std::string_view problem, std::string_view subject, ExitCode code) {
  const int error = errno;
  const std::string cause = error_text(error);
  const bool is_ours = code == ExitCode::failed;
  throw Error(is_ours ? code_of(error) : code,
              subject.empty() ? fmt::format("{}: {}", problem, cause) : fmt::format("{} '{}': {}", problem, subject, cause),
              is_ours && is_full(error) ? "make room; sandbox-reap --images --unused-for 7d removes images" : "");
}

}  // namespace sandbox
