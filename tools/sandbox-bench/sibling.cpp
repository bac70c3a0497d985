#include "sibling.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/interrupt.hpp"

namespace sandbox::tool {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostOut = 64 << 20;  // an outcome record with two full streams
constexpr std::size_t kMostErr = 1 << 20, kMostProblem = 300;
constexpr std::chrono::milliseconds kLookForInterrupts{100};
constexpr int kHeld = 3;

Fd memory_file(const char* name) { return checked_fd(::memfd_create(name, MFD_CLOEXEC), "cannot keep", name); }

std::string content_of(const Fd& file, std::size_t most, const char* name) {
  if (!file) return {};
  if (::lseek(file.get(), 0, SEEK_SET) < 0) throw_system_error("cannot rewind", name);
  return read_all(file.get(), most, name);
}

Child start(const std::string& tool, const std::vector<std::string>& options, const Fd& out, const Fd& err, int held) {
  Command command{program_directory() / tool, {tool}, {}, {{err.get(), 2}}};
  command.arguments.insert(command.arguments.end(), options.begin(), options.end());
  for (char** variable = environ; *variable; ++variable) command.environment.emplace_back(*variable);
  if (out) command.descriptors.push_back({out.get(), 1});
  if (held >= 0) command.descriptors.push_back({held, kHeld});
  return Child::spawn(command);
}

/// The last line that is no hint, without the name of the tool in front.
std::string last_words(std::string_view text) {
  std::string_view last;
  for (const std::string_view line : split(text, '\n'))
    if (!line.empty() && line.find(": hint: ") == line.npos) last = line;
  if (last.starts_with("sandbox-"))
    if (const std::size_t colon = last.find(": "); colon != last.npos) last.remove_prefix(colon + 2);
  return visible(last.substr(0, kMostProblem));
}

}  // namespace

std::string Ran::problem() const {
  const std::string said = last_words(err);
  const std::string how = std::visit(Match{[](Exited exited) { return fmt::format("exit {}", exited.code); },
                                           [](Killed killed) { return fmt::format("killed by signal {}", killed.signal); }},
                                     ending);
  return said.empty() ? how : fmt::format("{} ({})", said, how);
}

Sibling::Sibling(const std::string& tool, const std::vector<std::string>& options, Stdout keep, int held)
    : out_(keep == Stdout::kept ? memory_file("stdout") : Fd()), err_(memory_file("stderr")), start_(Clock::now()),
      child_(start(tool, options, out_, err_, held)) {}

std::optional<Ran> Sibling::wait_until(Clock::time_point deadline) {
  const std::optional<Ending> ending = child_.wait_until(deadline);
  if (!ending) return std::nullopt;
  Ran ran{std::chrono::duration<double, std::milli>(Clock::now() - start_).count(), *ending, {}, {}};
  ran.out = content_of(out_, kMostOut, "stdout");
  ran.err = content_of(err_, kMostErr, "stderr");
  return ran;
}

Ran finish(Sibling sibling, const Glance& glance) {
  auto next = Clock::now();
  for (;;) {
    if (glance.look && Clock::now() >= next) {
      glance.look();
      next = Clock::now() + glance.period();
    }
    const auto deadline = glance.look ? next : Clock::now() + kLookForInterrupts;
    if (auto ran = sibling.wait_until(std::min(deadline, Clock::now() + kLookForInterrupts))) return std::move(*ran);
    cli::stop_if_interrupted();
  }
}

}  // namespace sandbox::tool
