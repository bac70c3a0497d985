#include "channel.hpp"

#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conversation.hpp"

namespace sandbox::bridge {

namespace {

wire::Direction when(bool present) { return present ? wire::Direction::present : wire::Direction::absent; }

bool sends(Side side, ChannelKind kind) { return side == Side::host ? goes_in(kind) : comes_out(kind); }
bool receives(Side side, ChannelKind kind) { return side == Side::host ? comes_out(kind) : goes_in(kind); }

bool again() { return errno == EAGAIN || errno == EINTR; }

}  // namespace

Channel::Channel(Side side, std::uint32_t number, ChannelKind kind, Handle end)
    : sending(when(sends(side, kind))),
      receiving(when(receives(side, kind))),
      reads(end && sends(side, kind)),
      writes(end && receives(side, kind)),
      side_(side),
      number_(number),
      kind_(kind),
      end_(std::move(end)) {}

/// A conversation that holds bytes back, or a file, which is always readable: poll(2) would
/// return at once, for nothing.
bool Channel::holds_reading() const {
  if (kind_ == ChannelKind::file) return true;
  return is_ordered_source() && conversation->held() != 0;
}

short Channel::events(bool room) const {
  if (connecting) return POLLOUT;
  short events = 0;
  if (can_send(room) && !holds_reading()) events |= POLLIN;
  if (writes && full) events |= POLLOUT;
  return events;
}

std::size_t Channel::readable() const {
  if (!reads) return 0;
  if (kind_ == ChannelKind::file) {
    struct stat info {};
    const bool grew = ::fstat(end(), &info) == 0 && static_cast<std::uint64_t>(info.st_size) > read_;
    return grew ? static_cast<std::size_t>(static_cast<std::uint64_t>(info.st_size) - read_) : 0;
  }
  int bytes = 0;
  return ::ioctl(end(), FIONREAD, &bytes) == 0 && bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
}

std::size_t Channel::read(std::span<char> into) {
  const bool is_file = kind_ == ChannelKind::file;
  const ssize_t n = is_file ? ::pread(end(), into.data(), into.size(), static_cast<off_t>(read_))
                            : ::read(end(), into.data(), into.size());
  if (n > 0) {
    count_read(static_cast<std::size_t>(n));
    return static_cast<std::size_t>(n);
  }
  // A file may grow again. EIO is how a terminal says that nobody has it open any more.
  if (n == 0 ? !is_file : !again()) close_source();
  return 0;
}

/// How much is gone: into the descriptor, or nowhere because nobody takes it.
std::size_t Channel::write_some(std::string_view bytes) {
  if (connecting || full) return 0;
  const ssize_t n = ::write(end(), bytes.data(), bytes.size());
  if (n < 0 && again()) {
    full = true;
    return 0;
  }
  if (n < 0) {
    close_sink();
    return bytes.size();
  }
  written_ += static_cast<std::uint64_t>(n);
  return static_cast<std::size_t>(n);
}

bool Channel::accept(std::string_view bytes) {
  std::size_t gone = writes ? 0 : bytes.size();
  while (writes && !is_ordered_sink() && kept().empty() && !full && !connecting && gone != bytes.size())
    gone += write_some(bytes.substr(gone));
  receiving.delivered(gone);
  if (gone == bytes.size()) return true;
  if (kept_from_ > kept_.size() / 2) kept_.drop_front(std::exchange(kept_from_, 0));
  return kept_.append(bytes.substr(gone));
}

void Channel::deliver() {
  while (writes && !full && !connecting && !kept().empty()) {
    const std::size_t n = write_some(kept());
    if (writes) delivered(n);
  }
  if (writes && kept().empty() && receiving.ended()) close_sink();
}

void Channel::delivered(std::size_t bytes) {
  kept_from_ += bytes;
  receiving.delivered(bytes);
  if (!kept().empty()) return;
  kept_.reset();
  kept_from_ = 0;
}

void Channel::replace_end(Handle end) {
  end_ = std::move(end);
  reads = reads && end_;
  writes = writes && end_;
}

void Channel::close_source() {
  if (!std::exchange(reads, false)) return;
  // A terminal cannot be closed by halves, and stays until both are.
  if (writes) ::shutdown(end(), SHUT_RD);
  else end_.close();
}

void Channel::close_sink() {
  if (!std::exchange(writes, false)) return;
  delivered(kept().size());
  if (reads) ::shutdown(end(), SHUT_WR);
  else end_.close();
}

void Channel::close() {
  close_source();
  close_sink();
}

/// The agent may have said its last word and gone while that word waits for its turn: until it
/// is said, what the client says meanwhile is taken, and lost, as it would be with the agent.
/// And while the agent's end waits to be handed over the number is not free.
bool Channel::stop_is_due() const {
  const bool goes_on = is_ordered_source() && (reads || conversation->far[0]);
  return !writes && !receiving.stopped() && !goes_on;
}

void Channel::speak(wire::PacketWriter& out) {
  if (!reads && !sending.ended() && out.has_room()) {
    out.put(number_, wire::PacketType::end);
    sending.end();
  }
  if (stop_is_due() && out.has_room()) {
    out.put(number_, wire::PacketType::stop);
    receiving.stop();
  }
  if (!out.has_room()) return;
  if (const std::uint32_t bytes = receiving.take_credit_due()) out.put_value(number_, wire::PacketType::credit, bytes);
}

}  // namespace sandbox::bridge
