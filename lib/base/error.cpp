#include "base/error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "base/denied.hpp"

namespace sandbox {

namespace {

std::string system_text(std::string_view problem, std::string_view subject, int error) {
  const std::string cause = error_text(error);
  return subject.empty() ? fmt::format("{}: {}", problem, cause) : fmt::format("{} '{}': {}", problem, subject, cause);
}

}  // namespace

Error::Error(HostCheck check, const std::string& message, const std::string& hint)
    : Error(ExitCode::host, message, fmt::format("{}{}see 'sandbox-doctor {}'", hint, hint.empty() ? "" : "; ", name_of(check))) {}

std::string error_text(int error) {
  char buffer[128];
  return ::strerror_r(error, buffer, sizeof buffer);  // the GNU variant: returns the text
}

void throw_system_error(std::string_view problem, std::string_view subject, ExitCode code) {
  const int error = errno;
  const bool is_ours = code == ExitCode::failed;
  const std::string text = system_text(problem, subject, error);
  if (is_ours && is_full(error)) throw Error(HostCheck::space, text, "make room; sandbox-reap --images --unused-for 7d removes images");
  throw Error(is_ours ? code_of(error) : code, text);
}

void throw_system_error(std::string_view problem, std::string_view subject, HostCheck check) {
  throw Error(check, system_text(problem, subject, errno));
}

}  // namespace sandbox
