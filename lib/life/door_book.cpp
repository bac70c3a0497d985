#include "life/door_book.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/error.hpp"

namespace sandbox::life {

namespace {

constexpr std::size_t kMaxLine = 16384;

/// For people who look at it while the sandbox lives: losing a line must not hurt anybody.
void append_line(const Path& file, const std::string& line) {
  const Fd log(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600));
  [[maybe_unused]] const ssize_t n = log ? ::write(log.get(), line.data(), line.size()) : 0;
}

}  // namespace

void DoorBook::read(const Fd& pipe) {
  char bytes[16384];
  ssize_t n = 0;
  while (listens() && (n = ::read(pipe.get(), bytes, sizeof bytes)) > 0) {
    bytes_ += static_cast<std::size_t>(n);
    line_.append(bytes, static_cast<std::size_t>(n));
    for (std::size_t end; (end = line_.find('\n')) != line_.npos; line_.erase(0, end + 1))
      take_line(std::string_view(line_).substr(0, end));
    if (line_.size() > kMaxLine) line_.clear();
  }
}

void DoorBook::take_line(std::string_view line) {
  try {
    const auto refusal = record::parse(line, "a doorman's line").get<record::Refusal>();
    append_line(file_, record::dump(refusal) + "\n");
    if (!is_new(refusal)) return;
    refusals_.push_back(refusal);
    log_.append_regardless(audit::refused(sandbox_, refusal, 1));
  } catch (const Error&) {
    // Not a line that a doorman writes.
  }
}

bool DoorBook::is_new(const record::Refusal& refusal) {
  if (kinds_.size() >= kMostKinds) return false;
  return kinds_.insert(fmt::format("{} {} {}", refusal.reason, refusal.name.value_or(""), refusal.port.value_or(0))).second;
}

/// Where it was once, the entry that was written then says all.
void DoorBook::close(const doors::Report& report) {
  for (const doors::Repeated& repeated : report.refusals)
    if (is_new(repeated.refusal) || repeated.times > 1)
      log_.append_regardless(audit::refused(sandbox_, repeated.refusal, repeated.times));
  if (report.others > 0) {
    record::Refusal others;
    others.reason = "others";
    others.text = "of other names and ports, which are too many to be listed";
    log_.append_regardless(audit::refused(sandbox_, others, report.others));
  }
  for (const record::Passage& passage : report.passages) log_.append_regardless(audit::passed(sandbox_, passage));
}

}  // namespace sandbox::life
