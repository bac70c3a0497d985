#include "life/exchange.hpp"

#include <sys/ioctl.h>

#include "base/error.hpp"

namespace sandbox::life {

using wire::Kind;
using wire::Tag;

namespace {

wire::TerminalSize current_size() {
  winsize window{};
  for (const int fd : {0, 1, 2})
    if (::ioctl(fd, TIOCGWINSZ, &window) == 0 && window.ws_row != 0) return {window.ws_row, window.ws_col};
  return {24, 80};
}

}  // namespace

int pid_of(const Frame& started) {
  std::uint64_t pid = 0;
  wire::FieldReader reader(started.payload);
  wire::Field field{};
  if (!reader.next(field) || field.tag != Tag::pid || !field.as(pid) || pid == 0 || pid > 0x7FFFFFFF)
    throw Error(ExitCode::failed, "the sandbox's agent answered nonsense: no process number");
  return static_cast<int>(pid);
}

std::string execute_frame(const Request& request, const wire::TerminalSize& size) {
  FrameBuilder frame(Kind::execute);
  for (const std::string& argument : request.argv) frame.add(Tag::argument, argument);
  for (const auto& [name, value] : request.env) frame.add(Tag::environment, name + "=" + value);
  if (request.cwd) frame.add(Tag::directory, *request.cwd);
  if (request.user) frame.add(Tag::user, *request.user);
  if (request.input) frame.add(Tag::input);
  if (request.terminal) frame.add_value(Tag::terminal, size);
  if (request.timeout) frame.add_value(Tag::timeout_ms, static_cast<std::uint64_t>(std::max<std::int64_t>(1, request.timeout->count())));
  if (request.grace.count() > 0) frame.add_value(Tag::grace_ms, static_cast<std::uint64_t>(request.grace.count()));
  if (request.detach) frame.add(Tag::detach);
  return frame.bytes();
}

Exchange::Exchange(Fd connection, const Request& request, Wiring& wiring)
    : connection_(std::move(connection)), request_(request), wiring_(wiring) {
  connection_.send(execute_frame(request, request.terminal ? current_size() : wire::TerminalSize{}));
}

void Exchange::add_waits(std::vector<pollfd>& waits) {
  const std::size_t before = waits.size();
  waits.push_back({over_ ? -1 : connection_.socket().get(), POLLIN, 0});
  if (input_) waits.push_back(input_->wait());
  for (const auto& output : outputs_)
    if (output) waits.push_back(output->wait());
  waits_ = waits.size() - before;
}

void Exchange::step(const std::vector<pollfd>& waits, std::size_t first) {
  std::size_t at = first;
  const bool spoke = waits[at++].revents != 0;
  // Flows first: what a command wrote before it ended is taken before its end is.
  if (input_ && waits[at++].revents != 0) input_->step();
  for (const auto& output : outputs_)
    if (output && waits[at++].revents != 0) output->step();
  if (spoke)
    while (!over_) {
      auto frame = connection_.poll();
      if (!frame) break;
      take(std::move(*frame));
    }
  check_output_limit();
}

void Exchange::take(Frame frame) {
  switch (frame.kind) {
    case Kind::streams:
      return connect(std::move(frame.descriptors));
    case Kind::started:
      pid_ = pid_of(frame);
      return;
    case Kind::ended:
      end_.ended = frame.as<wire::Ended>();
      return finish();
    case Kind::failed:
      end_.failed = frame.as<wire::Failed>();
      if (end_.failed.step == wire::Step{}) end_.failed.step = wire::Step::request;
      for (auto& output : outputs_) output.reset();
      return finish();
    default:
      throw Error(ExitCode::failed, "the sandbox's agent answered nonsense: an unexpected frame");
  }
}

void Exchange::connect(std::vector<Fd> descriptors) {
  const std::size_t expected = request_.terminal ? 1 : request_.input ? 3 : 2;
  if (descriptors.size() != expected || outputs_[0])
    throw Error(ExitCode::failed, "the sandbox's agent answered nonsense: not the streams asked for");
  terminal_ = request_.terminal;
  if (terminal_) {
    Fd master = checked_terminal(std::move(descriptors[0]));
    outputs_[0] = wiring_.output(master, 1);
    if (request_.input) input_ = wiring_.input(std::move(master), true);
    return;
  }
  std::size_t next = 0;
  if (request_.input) input_ = wiring_.input(checked_pipe(std::move(descriptors[next++]), Direction::in), false);
  outputs_[0] = wiring_.output(checked_pipe(std::move(descriptors[next++]), Direction::out), 1);
  outputs_[1] = wiring_.output(checked_pipe(std::move(descriptors[next]), Direction::out), 2);
}

void Exchange::finish() {
  over_ = true;
  input_.reset();
  // A terminal hands bytes over with a delay, so counting them now would lose some.
  if (!terminal_)
    for (const auto& output : outputs_)
      if (output) output->end_with_what_is_there();
}

void Exchange::on_quiet() {
  for (const auto& output : outputs_)
    if (output) output->end_with_what_is_there();
}

bool Exchange::done() const {
  for (const auto& output : outputs_)
    if (output && !output->done()) return false;
  return over_;
}

void Exchange::check_output_limit() {
  if (!request_.output_limit || end_.output_exceeded || over_) return;
  std::uint64_t bytes = 0;
  for (const auto& output : outputs_)
    if (output) bytes += output->bytes();
  if (bytes <= *request_.output_limit) return;
  end_.output_exceeded = true;
  cancel();
}

void Exchange::cancel() {
  if (!over_) connection_.send(FrameBuilder(Kind::cancel).bytes());
}

void Exchange::signal(int number) {
  if (!over_)
    connection_.send(FrameBuilder(Kind::signal).add_value(Tag::number, static_cast<std::uint64_t>(number)).bytes());
}

void Exchange::resize(const wire::TerminalSize& size) {
  if (!over_ && terminal_) connection_.send(FrameBuilder(Kind::resize).add_value(Tag::terminal, size).bytes());
}

}  // namespace sandbox::life
