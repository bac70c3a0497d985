#include "cli/output.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "base/file.hpp"
#include "base/quantity.hpp"
#include "record/stream.hpp"

namespace sandbox::cli {

namespace {

/// Progress is a courtesy: work goes on when stderr is closed or full.
void say(const std::string& text) noexcept {
  [[maybe_unused]] const ssize_t n = ::write(2, text.data(), text.size());
}

}  // namespace

bool Output::human() const {
  if (format != Format::unset) return format == Format::human;
  return ::isatty(1);
}

void put(const Output& output, const Json& record, std::string_view id,
         const std::function<std::string()>& human) {
  if (output.quiet) return write_all(1, fmt::format("{}\n", id), "stdout");
  if (output.human()) return write_all(1, human ? human() : std::string(), "stdout");
  record::write(1, record);
}

Progress::Progress(std::string tool, bool quiet)
    : tool_(std::move(tool)), quiet_(quiet), live_(::isatty(2)) {}

Progress::~Progress() {
  if (live_ && !quiet_ && !name_.empty()) say("\r\033[K");
}

void Progress::stage(std::string name) {
  done();
  name_ = std::move(name);
  watch_.lap_ms();
  tick();
}

void Progress::tick() {
  if (quiet_ || !live_ || name_.empty()) return;
  say(fmt::format("\r\033[K{}: {}{} … {:.0f}s", tool_, name_, note_, watch_.elapsed_ms() / 1000));
}

void Progress::note(std::string text) {
  note_ = " " + std::move(text);
  tick();
}

void Progress::done() {
  if (name_.empty()) return;
  if (!quiet_)
    say(fmt::format("{}{}: {} ({})\n", live_ ? "\r\033[K" : "", tool_, name_,
                    duration_text(std::chrono::milliseconds(static_cast<long>(watch_.elapsed_ms())))));
  name_.clear();
  note_.clear();
}

bool wants_colour(int fd) {
  const char* no_colour = std::getenv("NO_COLOR");
  return ::isatty(fd) && !(no_colour && *no_colour);
}

bool stdin_has_records() { return !::isatty(0) && (::fcntl(0, F_GETFL) & O_ACCMODE) != O_WRONLY; }

}  // namespace sandbox::cli
