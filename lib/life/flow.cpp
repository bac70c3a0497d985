#include "life/flow.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <limits.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"

namespace sandbox::life {

namespace {

constexpr int kPipeBytes = 256 * 1024;
constexpr std::size_t kChunk = kPipeBytes;

constexpr std::size_t kFlood = 64 * 1024;         // found waiting at once: somebody is in a hurry
constexpr int kFloodPipeBytes = 1024 * 1024;      // what a user may have without asking, pipe(7)
constexpr timespec kFillingTime{0, 100 * 1000};  // of half such a pipe, at the 4 GB/s of memory

std::array<char, kChunk>& chunk() {
  static std::array<char, kChunk> bytes;
  return bytes;
}

bool is_file(int fd) {
  struct stat info {};
  return ::fstat(fd, &info) == 0 && (S_ISREG(info.st_mode) || S_ISBLK(info.st_mode));
}

bool is_pipe(int fd) {
  struct stat info {};
  return ::fstat(fd, &info) == 0 && S_ISFIFO(info.st_mode);
}

/// Best effort: past the user's share of pipe memory it stays as it is, and is only slower.
void grow_pipe(int fd, int bytes) {
  if (is_pipe(fd) && ::fcntl(fd, F_GETPIPE_SZ) < bytes) ::fcntl(fd, F_SETPIPE_SZ, bytes);
}

/// Not the host's doing, whatever the caller has made of it: see write_all().
[[noreturn]] void throw_unwritable(int sink) {
  throw Error(ExitCode::failed, fmt::format("cannot write '{}': {}", sink == 2 ? "stderr" : "stdout", error_text(errno)));
}

bool again() { return errno == EAGAIN || errno == EINTR; }

}  // namespace

void OutputFlow::end_with_what_is_there() {
  int waiting = 0;
  if (!source_ || bounded_) return;
  if (::ioctl(source_.get(), FIONREAD, &waiting) < 0) waiting = 0;
  bounded_ = true;
  left_ = static_cast<std::uint64_t>(waiting);
  if (left_ == 0) close_source();
}

void OutputFlow::count(std::size_t bytes) {
  bytes_ += bytes;
  if (!bounded_) return;
  left_ -= std::min<std::uint64_t>(left_, bytes);
  if (left_ == 0) close_source();
}

std::size_t OutputFlow::read_source(char* buffer, std::size_t size) {
  if (bounded_) size = static_cast<std::size_t>(std::min<std::uint64_t>(size, left_));
  const ssize_t n = ::read(source_.get(), buffer, size);
  if (n < 0 && again()) return 0;
  if (n <= 0) {  // EIO is how a terminal says that nobody has it open any more
    close_source();
    return 0;
  }
  count(static_cast<std::size_t>(n));
  return static_cast<std::size_t>(n);
}

/// Three processes share what are often two processors: moved page by page, most of the time
/// would go into waking each other up.
void PassFlow::let_it_fill() {
  if (!std::exchange(flooding_, true))
    for (const int end : {source_.get(), sink_}) grow_pipe(end, kFloodPipeBytes);
  ::nanosleep(&kFillingTime, nullptr);
}

PassFlow::PassFlow(const Fd& source, int sink, std::vector<std::string> secrets, Hash hash)
    : OutputFlow(source), sink_(sink), sink_is_file_(is_file(sink)), redactor_(std::move(secrets)) {
  if (hash == Hash::yes) hash_.emplace();
  may_splice_ = !redactor_.active() && !hash_ && is_pipe(source.get()) && (sink_is_file_ || is_pipe(sink));
  grow_pipe(sink, kPipeBytes);  // worth up to half of the speed: a small one is full after every write
}

pollfd PassFlow::wait() const {
  if (!pending_.empty() || sink_full_) return {sink_, POLLOUT, 0};
  return {source_.get(), POLLIN, 0};
}

void PassFlow::step() {
  sink_full_ = false;
  if (!pending_.empty()) return write_pending();
  if (!source_) return;
  if (may_splice_ && splice_some()) return;
  fill();
  if (sink_is_file_) write_pending();
}

/// False when these two cannot be spliced (a file opened for appending, an old file system).
bool PassFlow::splice_some() {
  const std::size_t most = bounded_ ? static_cast<std::size_t>(std::min<std::uint64_t>(left_, kFloodPipeBytes)) : kFloodPipeBytes;
  const ssize_t n = ::splice(source_.get(), nullptr, sink_, nullptr, most, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
  if (n > 0) {
    if (static_cast<std::size_t>(n) >= kFlood) let_it_fill();
    count(static_cast<std::size_t>(n));
  } else if (n == 0 || errno == EPIPE) {
    close_source();
  } else if (errno == EAGAIN) {
    // One of the two is not ready, and splice() does not say which.
    int waiting = 0;
    sink_full_ = ::ioctl(source_.get(), FIONREAD, &waiting) == 0 && waiting > 0;
  } else if (errno == EINVAL) {
    may_splice_ = false;
    return false;
  } else if (!again()) {
    throw_unwritable(1);
  }
  return true;
}

void PassFlow::fill() {
  auto& bytes = chunk();
  const bool could_read = static_cast<bool>(source_);
  const std::size_t size = could_read ? read_source(bytes.data(), 65536) : 0;
  pending_ = redactor_.feed({bytes.data(), size});
  if (!source_) pending_ += redactor_.finish();
  if (hash_) hash_->update(pending_);
}

std::optional<std::string> PassFlow::take_digest() {
  if (!hash_) return std::nullopt;
  return digest::hex(std::move(*std::exchange(hash_, std::nullopt)).finish());
}

void PassFlow::write_pending() {
  while (!pending_.empty()) {
    // No more than poll() promised there is room for: the descriptor is the caller's, and so
    // is its blocking mode.
    const std::size_t size = sink_is_file_ ? pending_.size() : std::min<std::size_t>(pending_.size(), PIPE_BUF);
    const ssize_t n = ::write(sink_, pending_.data(), size);
    if (n < 0 && again()) return;
    if (n < 0 && errno == EPIPE) {  // the reader left: so may the command, by SIGPIPE
      close_source();
      pending_.clear();
      return;
    }
    if (n < 0) throw_unwritable(sink_);
    pending_.erase(0, static_cast<std::size_t>(n));
    if (!sink_is_file_) return;
  }
}

CaptureFlow::CaptureFlow(const Fd& source, std::size_t kept, Fd file, std::vector<std::string> secrets)
    : OutputFlow(source), most_(kept), file_(std::move(file)), redactor_(std::move(secrets)) {}

pollfd CaptureFlow::wait() const { return {source_.get(), POLLIN, 0}; }

void CaptureFlow::step() {
  if (!source_) return;
  auto& bytes = chunk();
  const std::size_t size = read_source(bytes.data(), bytes.size());
  if (!redactor_.active()) return keep({bytes.data(), size});
  keep(redactor_.feed({bytes.data(), size}));
  if (!source_) keep(redactor_.finish());
}

void CaptureFlow::keep(std::string_view bytes) {
  stream_.bytes += bytes.size();
  const std::size_t room = most_ - std::min(most_, stream_.kept.size());
  stream_.kept += bytes.substr(0, room);
  stream_.truncated = stream_.truncated || bytes.size() > room;
  if (file_) write_all(file_.get(), bytes, "the output file");
}

record::Stream CaptureFlow::take() {
  if (redactor_.active()) keep(redactor_.finish());
  return std::move(stream_);
}

InputFlow::InputFlow(int source, Fd sink, bool is_terminal)
    : source_(source), sink_(std::move(sink)), is_terminal_(is_terminal) {}

pollfd InputFlow::wait() const {
  if (!sink_) return {-1, 0, 0};
  if (!pending_.empty()) return {sink_.get(), POLLOUT, 0};
  return {source_, POLLIN, 0};
}

void InputFlow::step() {
  if (!sink_) return;
  if (pending_.empty()) {
    auto& bytes = chunk();
    const ssize_t n = ::read(source_, bytes.data(), 65536);
    if (n < 0 && again()) return;
    if (n <= 0) {
      constexpr char kEndOfFile = 4;  // what a terminal takes for one; it stays open for output
      if (is_terminal_) [[maybe_unused]] const ssize_t sent = ::write(sink_.get(), &kEndOfFile, 1);
      return close();
    }
    pending_.assign(bytes.data(), static_cast<std::size_t>(n));
  }
  const ssize_t n = ::write(sink_.get(), pending_.data(), pending_.size());
  if (n < 0 && !again()) return close();  // the command does not want it
  if (n > 0) pending_.erase(0, static_cast<std::size_t>(n));
}

}  // namespace sandbox::life
