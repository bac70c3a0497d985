#pragma once
// Error: why a tool cannot do its job. It carries the exit code, the message
// ("problem 'subject': cause", lower case, no full stop) and a hint with the next step.
// Bad news about the code in a sandbox is never an Error: that is data.
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/exit_code.hpp"
#include "base/host_check.hpp"

namespace sandbox {

class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& message, std::string hint = {}, std::string output = {})
      : std::runtime_error(message), code_(code), hint_(std::move(hint)), output_(std::move(output)) {}

  /// The host's doing; the hint ends with the line of sandbox-doctor(1) that says more.
  Error(HostCheck check, const std::string& message, const std::string& hint = {});

  ExitCode code() const noexcept { return code_; }
  const std::string& hint() const noexcept { return hint_; }
  /// The last lines of what a program wrote that failed, for people; hostile.
  const std::string& output() const noexcept { return output_; }

 private:
  ExitCode code_;
  std::string hint_;
  std::string output_;
};

/// Throws "problem 'subject': strerror(errno)". Call it directly after the failing call:
/// errno is read first, before anything here can change it. What the host denies is `host` instead
/// of `failed`, with a hint when it is full: see base/denied.hpp.
[[noreturn]] void throw_system_error(std::string_view problem, std::string_view subject = {},
                                     ExitCode code = ExitCode::failed);

/// The same for what the host cannot do.
[[noreturn]] void throw_system_error(std::string_view problem, std::string_view subject, HostCheck check);

/// The text of an errno value, thread-safe.
std::string error_text(int error);

}  // namespace sandbox
