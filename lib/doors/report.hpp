#pragma once
// Report: a doorman's last words: what went through its doors, and what it refused how often.
// One datagram to the supervisor, who knows that hostile bytes were read by whoever wrote it.
#include <cstdint>
#include <optional>
#include <vector>

#include "base/fd.hpp"
#include "record/doors.hpp"
#include "record/port.hpp"
#include "record/refusal.hpp"

namespace sandbox::doors {

/// The same refusal as often as it was wanted.
struct Repeated {
  record::Refusal refusal;  ///< the first
  std::uint64_t times = 0;
};

struct Report {
  static constexpr std::size_t kMost = 65;  ///< of each; a reader takes no more

  std::vector<record::Passage> passages;
  std::vector<Repeated> refusals;
  std::vector<record::PortUse> ports;
  std::uint64_t others = 0;  ///< refusals that are not listed
};

void to_json(Json& json, const Repeated& repeated);
void from_json(const Json& json, Repeated& repeated);
void to_json(Json& json, const Report& report);
void from_json(const Json& json, Report& report);

/// A supervisor that is gone needs none.
void send_report(const Fd& socket, const Report& report) noexcept;
/// Waits for a moment. Nothing when there is none, or it reads as none.
std::optional<Report> receive_report(const Fd& socket) noexcept;

}  // namespace sandbox::doors
