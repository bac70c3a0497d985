#include "machine.hpp"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>

#include "passing.hpp"
#include "wire/buffer.hpp"
#include "wire/frame.hpp"
#include "wire/wake.hpp"

namespace sandbox::bridge {

namespace {

using wire::Handle;

constexpr std::size_t kMostWords = 128;
constexpr std::size_t kMostPassedToMachine = kMostPassed;
constexpr std::size_t kLastWords = 2000;

struct Orders {
  wire::Buffer frame;
  Handle passed[kMostPassedToMachine];
  std::size_t passed_count = 0;
  wire::Buffer words;           // NUL-terminated, one behind the other
  wire::Buffer wake;            // empty: it is to sleep
  bool copy = false;            // of a machine that sleeps already
  Handle sleep_orders;
};

bool receive(const Handle& socket, Orders& out) {
  pollfd waiting{socket.get(), POLLIN, 0};
  while (::poll(&waiting, 1, -1) < 0 && errno == EINTR) {
  }
  const ssize_t size = next_size(socket.get());
  if (size < static_cast<ssize_t>(sizeof(wire::Header)) || !out.frame.reserve(static_cast<std::size_t>(size))) return false;
  const std::span<char> room(out.frame.data(), static_cast<std::size_t>(size));
  if (receive_passing(socket.get(), room, out.passed, out.passed_count) != size || out.passed_count == 0) return false;
  out.frame.grew(static_cast<std::size_t>(size));
  wire::Header header;
  std::memcpy(&header, out.frame.data(), sizeof header);
  return header.kind == wire::Kind::machine && header.length == out.frame.size() - sizeof header;
}

/// What wakes it is in a file, the last descriptor.
bool read_wake(Orders& orders) {
  if (orders.passed_count < 2) return false;
  const Handle file = std::move(orders.passed[--orders.passed_count]);
  struct stat info {};
  if (::fstat(file.get(), &info) < 0 || info.st_size <= 0 || info.st_size > static_cast<off_t>(wire::kMaxWake + sizeof(wire::Header))) return false;
  const auto size = static_cast<std::size_t>(info.st_size);
  if (!orders.wake.reserve(size)) return false;
  while (orders.wake.size() < size) {
    const ssize_t n = ::pread(file.get(), orders.wake.data() + orders.wake.size(), size - orders.wake.size(), static_cast<off_t>(orders.wake.size()));
    if (n <= 0) return false;
    orders.wake.grew(static_cast<std::size_t>(n));
  }
  return true;
}

bool parse(Orders& orders) {
  wire::FieldReader fields(orders.frame.view().substr(sizeof(wire::Header)));
  for (wire::Field field{}; fields.next(field);) {
    if (field.tag == wire::Tag::argument && (!orders.words.append(field.value) || !orders.words.append({"", 1}))) return false;
    if (field.tag == wire::Tag::frame && !read_wake(orders)) return false;
    if (field.tag == wire::Tag::sleep && orders.passed_count > 1) orders.sleep_orders = std::move(orders.passed[--orders.passed_count]);
    if (field.tag == wire::Tag::own) orders.copy = true;
  }
  return !fields.malformed() && orders.words.size() != 0;
}

/// Descriptors of the program; through high numbers first, for one may have another's number.
bool arrange(const Orders& orders, const Handle& channel, const Handle& console) {
  int high[kMostPassedToMachine + 2];
  int numbers[kMostPassedToMachine + 2];
  std::size_t count = 0;
  const auto add = [&](int from, int to) {
    high[count] = ::fcntl(from, F_DUPFD_CLOEXEC, 64);
    numbers[count++] = to;
  };
  add(channel.get(), wire::kMachineChannelFd);
  add(console.get(), wire::kMachineConsoleFd);
  for (std::size_t i = 1; i < orders.passed_count; ++i) add(orders.passed[i].get(), wire::kFirstMachineFd + static_cast<int>(i) - 1);
  for (std::size_t i = 0; i < count; ++i)
    if (high[i] < 0 || ::dup2(high[i], numbers[i]) < 0) return false;
  return ::dup2(wire::kMachineConsoleFd, 2) == 2;
}

/// What root inside may do for the users of a sandbox, QEMU needs none of: with an empty bounding set
/// execve(2) gives it nothing.
bool shed_capabilities() {
  for (int capability = 0; ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability)
    if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0) return false;
  return true;
}

[[noreturn]] void become_program(Orders& orders, const Handle& channel, const Handle& console) {
  char* words[kMostWords + 1] = {};
  std::size_t count = 0;
  for (char* word = orders.words.data(); word < orders.words.data() + orders.words.size() && count < kMostWords; word += ::strlen(word) + 1)
    words[count++] = word;
  char path[] = "PATH=/usr/bin:/bin", home[] = "HOME=/tmp";
  char* environment[] = {path, home, nullptr};
  if (arrange(orders, channel, console) && shed_capabilities()) ::execve(words[0], words, environment);
  ::dprintf(2, "cannot start %s: %s\n", words[0], ::strerror(errno));
  ::_exit(127);
}

/// The machine took a while to come so far: the time is that of its waking.
void set_time(Orders& orders) {
  wire::FieldReader fields(orders.wake.view().substr(std::min(sizeof(wire::Header), orders.wake.size())));
  for (wire::Field field{}; fields.next(field);) {
    if (field.tag != wire::Tag::wake || field.value.size() != sizeof(wire::Wake)) continue;
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    const std::int64_t time[] = {now.tv_sec, now.tv_nsec};
    static_assert(offsetof(wire::Wake, seconds) == 0 && offsetof(wire::Wake, nanoseconds) == sizeof *time);
    // In our own buffer, of which all of these are views.
    ::memcpy(const_cast<char*>(field.value.data()), time, sizeof time);
  }
}

/// Writes and reads beside each other, and the console with them: none may wait for another.
class Handshake {
 public:
  Handshake(Machine& machine, Orders& orders)
      : machine_(machine), orders_(orders), wake_(orders.wake.view()), sleeps_(wake_.empty()), asleep_(orders.copy) {}

  /// True when the guest is awake, or asleep as it should be; else answer() is what it said instead.
  bool shake() {
    while (!(sleeps_ && asleep_) && step()) {
    }
    return awake_ || (sleeps_ && asleep_);
  }
  std::string_view answer() const { return {answer_, size_}; }

 private:
  bool step() {
    const bool writes = asleep_ && !wake_.empty();
    pollfd waits[] = {{machine_.port.get(), static_cast<short>(writes ? POLLIN | POLLOUT : POLLIN), 0}, {machine_.console.descriptor(), POLLIN, 0}};
    if (::poll(waits, 2, -1) < 0) return errno == EINTR;
    if (waits[1].revents != 0) machine_.console.read();
    if (writes && (waits[0].revents & POLLOUT) != 0 && !write()) return false;
    return (waits[0].revents & ~POLLOUT) == 0 || read();
  }

  bool write() {
    const ssize_t n = ::send(machine_.port.get(), wake_.data(), wake_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n > 0) wake_.remove_prefix(static_cast<std::size_t>(n));
    return n > 0 || errno == EAGAIN || errno == EINTR;
  }

  /// One byte at a time: what follows the last of ours is the bridge's.
  bool read() {
    char byte = 0;
    const ssize_t n = ::recv(machine_.port.get(), &byte, 1, MSG_DONTWAIT);
    if (n <= 0) return n < 0 && (errno == EAGAIN || errno == EINTR);
    if (size_ == 0 && !asleep_ && byte == wire::kAsleep) {
      set_time(orders_);
      return asleep_ = true;
    }
    if (size_ == 0 && asleep_ && byte == wire::kAwake) return !(awake_ = true);
    if (byte == '\n' || size_ == sizeof answer_) return false;
    answer_[size_++] = byte;
    return true;
  }

  Machine& machine_;
  Orders& orders_;
  std::string_view wake_;
  bool sleeps_, asleep_, awake_ = false;
  char answer_[256];
  std::size_t size_ = 0;
};

}  // namespace

void report_fall(const Handle& control, Console& console, std::string_view why) {
  for (int round = 0; round < 64 && console.descriptor() >= 0; ++round) {
    pollfd waiting{console.descriptor(), POLLIN, 0};
    if (::poll(&waiting, 1, 100) <= 0) break;
    console.read();
  }
  std::string_view words = console.tail();
  if (words.size() > kLastWords) words.remove_prefix(words.size() - kLastWords);
  char bytes[sizeof(wire::Header) + kLastWords + 512];
  wire::Header header{static_cast<std::uint32_t>(why.size() + 1 + words.size()), wire::Kind::fallen, 0};
  char* at = bytes;
  for (const std::string_view part : {std::string_view(reinterpret_cast<const char*>(&header), sizeof header), why, std::string_view("\n"), words}) {
    ::memcpy(at, part.data(), part.size());
    at += part.size();
  }
  send_passing(control.get(), {bytes, static_cast<std::size_t>(at - bytes)}, {});
}

namespace {

/// Until the supervisor has copied the machine, and is gone.
bool stay_asleep(Machine& machine) {
  const wire::Header header{0, wire::Kind::asleep, 0};
  send_passing(machine.control.get(), {reinterpret_cast<const char*>(&header), sizeof header}, {});
  for (;;) {
    pollfd waits[] = {{machine.control.get(), POLLIN, 0}, {machine.console.descriptor(), POLLIN, 0}, {machine.port.get(), POLLIN, 0}};
    if (::poll(waits, 3, -1) < 0 && errno != EINTR) return false;
    if (waits[1].revents != 0) machine.console.read();
    if (waits[0].revents != 0 || waits[2].revents != 0) return false;
  }
}

}  // namespace

bool start_machine(const Handle& orders_socket, Machine& out) {
  Orders orders;
  int channel[2], console[2];
  if (!receive(orders_socket, orders) || !parse(orders)) return false;
  for (int* pair : {channel, console})
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) return false;
  out.control = std::move(orders.passed[0]);
  out.port = Handle(channel[0]);
  out.console = Console(Handle(console[0]));
  out.sleep_orders = std::move(orders.sleep_orders);
  Handle channel_end(channel[1]), console_end(console[1]);
  const pid_t pid = ::fork();
  if (pid < 0) return false;
  if (pid == 0) become_program(orders, channel_end, console_end);
  channel_end.close();
  console_end.close();
  for (std::size_t i = 1; i < orders.passed_count; ++i) orders.passed[i].close();
  Handshake handshake(out, orders);
  if (handshake.shake()) return orders.wake.size() != 0 || stay_asleep(out);
  report_fall(out.control, out.console, handshake.answer());
  return false;
}

}  // namespace sandbox::bridge
