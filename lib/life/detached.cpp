#include "life/detached.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <span>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/redact.hpp"
#include "life/connection.hpp"
#include "life/exchange.hpp"

namespace sandbox::life {

using wire::Kind;
using wire::Tag;

namespace {

constexpr std::size_t kMostListed = 1000;

[[noreturn]] void throw_unexpected() {
  throw Error(ExitCode::failed, "the sandbox's agent answered nonsense: an unexpected frame");
}

/// The next frame; a failure is thrown.
Frame expect(Connection& connection, const std::string& subject) {
  Frame frame = connection.receive();
  if (frame.kind == Kind::failed) throw_failed(frame.as<wire::Failed>(), subject);
  return frame;
}

DetachedProcess process_of(const Frame& frame) {
  DetachedProcess process;
  wire::FieldReader reader(frame.payload);
  for (wire::Field field{}; reader.next(field);) {
    std::uint64_t number = 0;
    if (field.tag == Tag::argument) process.argv.emplace_back(field.value);
    else if (field.tag == Tag::pid && field.as(number)) process.pid = static_cast<int>(number);
    else if (field.tag == Tag::number && field.as(number)) process.running = number != 0;
  }
  return process;
}

/// A file that grows, read without moving the offset that all its readers share; or the pipe
/// that stands for it.
class GrowingFile {
 public:
  GrowingFile(Fd file, const std::vector<std::string>& secrets)
      : file_(std::move(file)), is_pipe_(::lseek(file_.get(), 0, SEEK_CUR) < 0), redactor_(secrets) {}

  /// What to wait for: a regular file cannot be polled.
  pollfd wait() const { return {is_pipe_ ? file_.get() : -1, POLLIN, 0}; }
  void copy_new() {
    std::array<char, 65536> bytes;
    ssize_t n = 0;
    while ((n = read_some(bytes)) > 0) {
      offset_ += n;
      write_all(1, redactor_.feed({bytes.data(), static_cast<std::size_t>(n)}), "stdout");
    }
    if (is_pipe_ && n == 0) file_.close();
  }
  void finish() {
    copy_new();
    write_all(1, redactor_.finish(), "stdout");
  }

 private:
  ssize_t read_some(std::span<char> bytes) const {
    return is_pipe_ ? ::read(file_.get(), bytes.data(), bytes.size())
                    : ::pread(file_.get(), bytes.data(), bytes.size(), offset_);
  }
  Fd file_;
  bool is_pipe_;
  Redactor redactor_;
  off_t offset_ = 0;
};

}  // namespace

int start_detached(Fd socket, const Request& request) {
  Connection connection(std::move(socket));
  connection.send(execute_frame(request, {24, 80}));
  const Frame frame = connection.receive();
  if (frame.kind == Kind::failed) {
    const auto failed = frame.as<wire::Failed>();
    throw_failed(failed, subject_of(failed, request));
  }
  if (frame.kind != Kind::started) throw_unexpected();
  return pid_of(frame);
}

std::vector<DetachedProcess> list_detached(Fd socket) {
  Connection connection(std::move(socket));
  connection.send(FrameBuilder(Kind::list).bytes());
  std::vector<DetachedProcess> processes;
  for (;;) {
    const Frame frame = expect(connection, "the list");
    if (frame.kind == Kind::done) return processes;
    if (frame.kind != Kind::process || processes.size() == kMostListed) throw_unexpected();
    processes.push_back(process_of(frame));
  }
}

void signal_detached(Fd socket, int pid, int signal) {
  Connection connection(std::move(socket));
  connection.send(FrameBuilder(Kind::signal)
                      .add_value(Tag::number, static_cast<std::uint64_t>(signal))
                      .add_value(Tag::pid, static_cast<std::uint64_t>(pid))
                      .bytes());
  if (expect(connection, fmt::format("{}", pid)).kind != Kind::done) throw_unexpected();
}

record::Verdict follow_detached(Fd socket, int pid, const std::vector<std::string>& secrets) {
  Connection connection(std::move(socket));
  connection.send(FrameBuilder(Kind::attach).add_value(Tag::pid, static_cast<std::uint64_t>(pid)).bytes());
  Frame streams = expect(connection, fmt::format("{}", pid));
  if (streams.kind != Kind::streams || streams.descriptors.size() != 1) throw_unexpected();
  GrowingFile file(checked_file(std::move(streams.descriptors[0])), secrets);
  for (;;) {
    file.copy_new();
    pollfd waiting[] = {{connection.socket().get(), POLLIN, 0}, file.wait()};
    constexpr int kLookAgainMs = 20;
    if (::poll(waiting, 2, kLookAgainMs) <= 0 || waiting[0].revents == 0) continue;
    const auto frame = connection.poll();
    if (!frame || frame->kind == Kind::started) continue;
    if (frame->kind == Kind::failed) throw_failed(frame->as<wire::Failed>(), fmt::format("{}", pid));
    if (frame->kind != Kind::ended) throw_unexpected();
    file.finish();
    return judge({frame->as<wire::Ended>(), {}, false}, {}, {});
  }
}

}  // namespace sandbox::life
