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
    const Json said = record::parse(line, "a doorman's line");
    said.contains("peer") ? take_access(said.get<record::Access>()) : take_refusal(said.get<record::Refusal>());
  } catch (const Error&) {
    // Not a line that a doorman writes.
  }
}

void DoorBook::take_refusal(const record::Refusal& refusal) {
  append_line(file_, record::dump(refusal) + "\n");
  if (!is_new(refusal)) return;
  refusals_.push_back(refusal);
  log_.append_regardless(audit::refused(sandbox_, refusal, 1));
}

void DoorBook::take_access(const record::Access& access) {
  if (accesses_++ < kMostAccesses) log_.append_regardless(audit::accessed(sandbox_, access));
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
  for (const record::PortUse& use : report.ports) log_.append_regardless(audit::used(sandbox_, use));
  for (const record::Passage& passage : report.passages) log_.append_regardless(audit::passed(sandbox_, passage));
}

}  // namespace sandbox::life
