#include "pump.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/error.hpp"

namespace sandbox::doorman {

namespace {

constexpr int kPipeSize = 1 << 18;
constexpr std::size_t kMostFree = 16;
// One side has said its last. A client that is gone altogether looks the same, and the kernel
// forgets it after a minute.
constexpr std::chrono::minutes kHalfPatience{10};
constexpr int kRounds = 16;  // then others have their turn

}  // namespace

Pipe Pipes::take() {
  if (!free_.empty()) {
    Pipe pipe = std::move(free_.back());
    free_.pop_back();
    return pipe;
  }
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0) return {};
  // Refused beyond a user's share of pipe memory: smaller pipes are slower, that is all.
  (void)::fcntl(ends[0], F_SETPIPE_SZ, kPipeSize);
  return {Fd(ends[0]), Fd(ends[1])};
}

void Pipes::put_back(Pipe pipe) {
  if (free_.size() < kMostFree && pipe.out) free_.push_back(std::move(pipe));
}

Pump::Pump(Loop& loop, Pipes& pipes, Allowance& allowance, Sides sides, Done done)
    : loop_(loop),
      pipes_(pipes),
      allowance_(allowance),
      inside_(std::move(sides.inside)),
      outside_(std::move(sides.outside)),
      out_{&inside_, &outside_, std::move(sides.to_outside), sides.most_out, sides.requests, sides.passage.bytes_out},
      in_{&outside_, &inside_, std::move(sides.to_inside), {}, nullptr, sides.passage.bytes_in},
      done_(std::move(done)),
      again_(loop),
      half_(loop) {
  constexpr std::uint32_t kEvents = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  loop_.watch(inside_.get(), kEvents, *this);
  loop_.watch(outside_.get(), kEvents, *this);
  again_.set(std::chrono::milliseconds(0), [this] { run(); });
}

Pump::~Pump() {
  loop_.forget(inside_.get());
  loop_.forget(outside_.get());
}

void Pump::ready(int fd, std::uint32_t events) {
  Way& from = fd == inside_.get() ? out_ : in_;
  Way& to = fd == inside_.get() ? in_ : out_;
  if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) from.readable = true;
  if (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) to.writable = true;
  run();
}

void Pump::run() {
  if (!done_) return;  // over, and the other side had something to say in the same round
  bool again = false;
  for (Way* way : {&out_, &in_}) {
    if (way->shut) continue;
    const Turn turn = run(*way);
    if (turn == Turn::broken) return finish(why_broken());
    again |= turn == Turn::again;
  }
  if (in_.shut && (out_.shut || out_.most)) return finish(End::finished);
  if (in_.shut || out_.shut) half_.set(kHalfPatience, [this] { finish(End::reset); });
  if (again) again_.set(std::chrono::milliseconds(0), [this] { run(); });
}

Pump::End Pump::why_broken() const {
  if (out_.requests && out_.requests->problem()) return End::refused;
  return allowance_.left == 0 ? End::allowance : End::reset;
}

Pump::Turn Pump::run(Way& way) {
  for (int round = 0; round < kRounds; ++round) {
    Turn turn = Turn::again;
    if (!way.first.empty()) turn = send_first(way);
    else if (way.held > 0) turn = empty_pipe(way);
    else if (!way.at_end) turn = fill_pipe(way);
    else if (!way.shut) {
      // The last byte is on its way. Where a request was bounded, more may not follow, but the
      // answer is still to come: servers take a closed half for a client that went away.
      way.shut = true;
      if (!way.most) ::shutdown(way.to->get(), SHUT_WR);
      return Turn::waits;
    }
    if (turn != Turn::again) return turn;
  }
  return Turn::again;
}

Pump::Turn Pump::send_first(Way& way) {
  if (!way.writable) return Turn::waits;
  const ssize_t n = ::send(way.to->get(), way.first.data(), way.first.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (n < 0 && errno == EAGAIN) {
    way.writable = false;
    return Turn::waits;
  }
  if (n < 0) return errno == EINTR ? Turn::again : Turn::broken;
  way.first.erase(0, static_cast<std::size_t>(n));
  way.moved += static_cast<std::size_t>(n);
  return Turn::again;
}

Pump::Turn Pump::empty_pipe(Way& way) {
  if (!way.writable) return Turn::waits;
  const ssize_t n = ::splice(way.pipe.out.get(), nullptr, way.to->get(), nullptr, way.held, SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
  if (n < 0 && errno == EAGAIN) {
    way.writable = false;
    return Turn::waits;
  }
  if (n <= 0) return n < 0 && errno == EINTR ? Turn::again : Turn::broken;
  way.held -= static_cast<std::size_t>(n);
  way.moved += static_cast<std::size_t>(n);
  if (way.held == 0) pipes_.put_back(std::exchange(way.pipe, {}));
  return Turn::again;
}

Pump::Turn Pump::fill_pipe(Way& way) {
  std::uint64_t most = kPipeSize;
  if (way.most) most = std::min(most, *way.most);
  if (allowance_.left) most = std::min(most, *allowance_.left);
  if (most == 0) {
    way.at_end = way.most == 0;
    return way.at_end ? Turn::again : Turn::broken;
  }
  if (!way.readable) return Turn::waits;
  if (way.requests) return read_requests(way, most);
  if (!way.pipe.out) way.pipe = pipes_.take();
  if (!way.pipe.out) return Turn::broken;
  const ssize_t n = ::splice(way.from->get(), nullptr, way.pipe.in.get(), nullptr, most, SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
  if (n > 0) {
    way.held = static_cast<std::size_t>(n);
    if (way.most) *way.most -= way.held;
    if (allowance_.left) *allowance_.left -= way.held;
    return Turn::again;
  }
  const Turn turn = after_reading(way, n);
  pipes_.put_back(std::exchange(way.pipe, {}));
  return turn;
}

/// By copying: each request is looked at before it goes on.
Pump::Turn Pump::read_requests(Way& way, std::uint64_t most) {
  char bytes[16384];
  const ssize_t n = ::recv(way.from->get(), bytes, std::min<std::uint64_t>(most, sizeof bytes), MSG_DONTWAIT);
  if (n <= 0) return after_reading(way, n);
  if (allowance_.left) *allowance_.left -= static_cast<std::uint64_t>(n);
  way.first += way.requests->feed({bytes, static_cast<std::size_t>(n)});
  return way.requests->problem() ? Turn::broken : Turn::again;
}

/// Nothing came: the end, or only for now.
Pump::Turn Pump::after_reading(Way& way, ssize_t read) {
  if (read == 0) {
    way.at_end = true;
    way.most.reset();
    return Turn::again;
  }
  if (errno == EINTR) return Turn::again;
  if (errno != EAGAIN) return Turn::broken;
  way.readable = false;
  return Turn::waits;
}

void Pump::break_off() {
  for (const Fd* side : {&inside_, &outside_}) {
    const linger at_once{1, 0};
    ::setsockopt(side->get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
}

void Pump::finish(End end) {
  again_.cancel();
  half_.cancel();
  if (end != End::finished) break_off();
  std::exchange(done_, nullptr)(end);  // which is the end of us
}

}  // namespace sandbox::doorman
