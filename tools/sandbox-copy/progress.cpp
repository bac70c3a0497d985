#include "progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "base/quantity.hpp"
#include "life/tree.hpp"

namespace sandbox::tool {

namespace {

constexpr double kPatienceMs = 500;  // what is done by then needs no line
constexpr double kEachMs = 200;
constexpr const char* kClear = "\r\033[K";

/// A courtesy: the copy goes on when stderr is closed or full.
void say(const std::string& text) noexcept { [[maybe_unused]] const ssize_t n = ::write(2, text.data(), text.size()); }

}  // namespace

std::string progress_text(std::uint64_t bytes, double elapsed_ms) {
  const double rate = elapsed_ms > 0 ? static_cast<double>(bytes) / elapsed_ms * 1000 : 0;
  return fmt::format("sandbox-copy: {}, {}/s", size_text(bytes), size_text(static_cast<std::uint64_t>(rate)));
}

Progress::Progress(bool quiet) : is_live_(!quiet && ::isatty(2)), next_ms_(kPatienceMs) {}

Progress::~Progress() {
  if (is_shown_) say(kClear);
}

void Progress::moved(std::uint64_t bytes) {
  bytes_ += bytes;
  if (!is_live_) return;
  const double now = watch_.elapsed_ms();
  if (now < next_ms_) return;
  next_ms_ = now + kEachMs;
  is_shown_ = true;
  say(kClear + progress_text(bytes_, now));
}

wire::Onlooker Progress::onlooker() {
  return {[](void* context, std::uint64_t bytes) {
            static_cast<Progress*>(context)->moved(bytes);
            return life::interruption().asks_to_stop(bytes);
          },
          this};
}

}  // namespace sandbox::tool
