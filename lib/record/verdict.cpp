#include "record/verdict.hpp"

#include <array>

#include "record/fields.hpp"

namespace sandbox::record {

namespace {

constexpr std::array<std::string_view, 4> kStatuses = {"finished", "killed", "refused", "failed"};
constexpr std::array<std::string_view, 9> kReasons = {
    "exit", "memory", "disk", "pids", "signal", "timeout", "output", "policy", "setup"};

template <class Enum, std::size_t N>
Enum value_of(const std::string& name, const std::array<std::string_view, N>& names) {
  for (std::size_t i = 0; i < N; ++i)
    if (names[i] == name) return static_cast<Enum>(i);
  throw Error(ExitCode::input, fmt::format("unknown word in a verdict: '{}'", name));
}

}  // namespace

std::string_view name_of(Status status) { return kStatuses[static_cast<std::size_t>(status)]; }
std::string_view name_of(Reason reason) { return kReasons[static_cast<std::size_t>(reason)]; }

int shell_code(const Verdict& verdict) {
  if (verdict.reason == Reason::timeout) return static_cast<int>(ExitCode::timeout);
  if (verdict.exit) return *verdict.exit;
  if (verdict.signal) return 128 + *verdict.signal;
  return static_cast<int>(ExitCode::failed);
}

std::string explanation(const Verdict& verdict) {
  if (verdict.succeeded() || verdict.reason == Reason::exit || verdict.reason == Reason::signal) return {};
  return fmt::format("{}: {}", name_of(verdict.reason), verdict.detail);
}

void to_json(Json& json, const Verdict& verdict) {
  json = {{"status", name_of(verdict.status)},
          {"reason", name_of(verdict.reason)},
          {"exit", or_null(verdict.exit)},
          {"signal", or_null(verdict.signal)},
          {"detail", verdict.detail}};
}

void from_json(const Json& json, Verdict& verdict) {
  verdict.status = value_of<Status>(field<std::string>(json, "status"), kStatuses);
  verdict.reason = value_of<Reason>(field<std::string>(json, "reason"), kReasons);
  verdict.exit = field_if<int>(json, "exit");
  verdict.signal = field_if<int>(json, "signal");
  verdict.detail = field_if<std::string>(json, "detail").value_or("");
}

}  // namespace sandbox::record
