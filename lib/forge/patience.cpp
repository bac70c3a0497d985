#include "forge/patience.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <thread>

#include "base/clock.hpp"
#include "base/quantity.hpp"
#include "record/json.hpp"

namespace sandbox::forge {

namespace {

constexpr int kMaxAttempts = 8;

milliseconds growing(int attempt) { return milliseconds(500) * (1 << std::min(attempt, 6)); }

std::optional<long long> number_in(const Response& response, const char* header) {
  const auto found = response.headers.find(header);
  if (found == response.headers.end()) return std::nullopt;
  long long number = 0;
  const char* end = found->second.data() + found->second.size();
  const auto [rest, error] = std::from_chars(found->second.data(), end, number);
  return error == std::errc() && rest == end ? std::optional(number) : std::nullopt;
}

/// Older homeservers say it in the body.
std::optional<milliseconds> matrix_wait(const Response& response) {
  const Json body = Json::parse(response.body, nullptr, false);
  if (!body.is_object() || !body.contains("retry_after_ms") || !body["retry_after_ms"].is_number_unsigned()) return std::nullopt;
  return milliseconds(std::min<std::uint64_t>(body["retry_after_ms"].get<std::uint64_t>(), 86'400'000));
}

/// 403 is what GitHub says of limits, too; one that is only a refusal has none of these.
bool is_limited(const Response& response) {
  if (response.status == 429) return true;
  return response.status == 403 && (response.retry_after || number_in(response, "x-ratelimit-remaining") == 0);
}

}  // namespace

std::optional<milliseconds> wait_after(const Response& response, int attempt, bool repeatable, long long epoch) {
  const bool limited = is_limited(response);
  const bool away = response.status == 502 || response.status == 503 || response.status == 504;
  if (!limited && !(away && repeatable) && !(response.status == 503 && response.retry_after)) return std::nullopt;
  if (response.retry_after) return *response.retry_after;
  if (limited)
    if (const auto wait = matrix_wait(response)) return wait;
  if (const auto reset = number_in(response, "x-ratelimit-reset"); limited && reset)
    return std::chrono::seconds(std::clamp<long long>(*reset - epoch, 1, 86'400));
  return growing(attempt);
}

Patient::Patient(Http http, milliseconds most, Pause pause)
    : http_(std::move(http)), left_(most), pause_(pause ? std::move(pause) : [](milliseconds time) { std::this_thread::sleep_for(time); }) {}

void Patient::pause(milliseconds time, const std::string& why) {
  if (time > left_)
    throw Error(ExitCode::later, fmt::format("'{}' {}", address().text(), why),
                fmt::format("try again in {}, or give it more --patience", duration_text(time)));
  left_ -= time;
  pause_(time);
}

Response Patient::ask(const Request& request) {
  const bool repeatable = request.method != "POST";
  for (int attempt = 0;; ++attempt) {
    try {
      Response response = http_.exchange(request);
      const auto wait = wait_after(response, attempt, repeatable, wall_now().time_since_epoch() / std::chrono::seconds(1));
      if (!wait || attempt + 1 >= kMaxAttempts) return response;
      pause(*wait, is_limited(response) ? "takes no more requests for a while" : "is away for a while");
    } catch (const Unanswered& unanswered) {
      const bool again = repeatable || unanswered.sent() == Unanswered::Sent::never;
      if (!again || attempt + 1 >= kMaxAttempts || growing(attempt) > left_) throw;
      pause(growing(attempt), "");
    }
  }
}

}  // namespace sandbox::forge
