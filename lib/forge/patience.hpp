#pragma once
// Patience: asks again when a forge is busy or away, after the time that it names or a growing
// one. What may already have been carried out and cannot be repeated is never repeated here.
#include <chrono>
#include <functional>
#include <optional>

#include "forge/http.hpp"

namespace sandbox::forge {

using std::chrono::milliseconds;

/// How long to wait before the same request again, or nothing when the answer stands. `attempt`
/// counts from 0; `repeatable`: twice is as good as once; `epoch`: now, in seconds.
std::optional<milliseconds> wait_after(const Response& response, int attempt, bool repeatable, long long epoch);

class Patient {
 public:
  using Pause = std::function<void(milliseconds)>;

  /// Waits no longer than `most`, all waits together.
  Patient(Http http, milliseconds most, Pause pause = {});

  /// Throws Unanswered, or Error(later) when the forge wants more patience than there is.
  Response ask(const Request& request);

  const Address& address() const { return http_.address(); }

 private:
  void pause(milliseconds time, const std::string& why);
  Http http_;
  milliseconds left_;
  Pause pause_;
};

}  // namespace sandbox::forge
