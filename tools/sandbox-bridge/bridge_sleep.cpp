// Sleep: a machine that is to be saved comes to rest first, so that nothing is on its way between the two
// ends. The guest's programs stand still by the cgroup in which they all are; woken as a copy, the
// machine takes a new identity before one of them goes on.
#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <utility>

#include "bridge.hpp"
#include "wire/wake.hpp"

namespace sandbox::bridge {

namespace {

using wire::PacketType;

constexpr int kPortOfProgram = 3, kMountsOfProgram = 4;

bool freeze(const Handle& group, bool still) {
  const Handle file(::openat(group.get(), "cgroup.freeze", O_WRONLY | O_CLOEXEC));
  return file && ::write(file.get(), still ? "1" : "0", 1) == 1;
}

bool is_frozen(const Handle& group) {
  char text[256];
  const Handle file(::openat(group.get(), "cgroup.events", O_RDONLY | O_CLOEXEC));
  const ssize_t size = file ? ::read(file.get(), text, sizeof text) : -1;
  return size > 0 && std::string_view(text, static_cast<std::size_t>(size)).find("frozen 1") != std::string_view::npos;
}

/// Or the host does not want it any more: its word is there.
bool await_frozen(const Handle& group, int port) {
  while (!is_frozen(group)) {
    pollfd waiting{port, POLLIN, 0};
    if (::poll(&waiting, 1, 1) > 0 && (waiting.revents & POLLIN) != 0) return true;
  }
  return true;
}

bool set_blocking(int descriptor, bool blocks) {
  const int flags = ::fcntl(descriptor, F_GETFL);
  return flags >= 0 && ::fcntl(descriptor, F_SETFL, blocks ? flags & ~O_NONBLOCK : flags | O_NONBLOCK) == 0;
}

char read_word(int port) {
  for (;;) {
    char word = 0;
    const ssize_t n = ::read(port, &word, 1);
    if (n == 1) return word;
    if (n < 0 && errno != EINTR) return 0;
    if (n == 0) ::usleep(1000);  // a copy whose host is not connected yet
  }
}

/// In the child: the machine's first program once more.
[[noreturn]] void become_renewal(int port, int mounts) {
  const int high_port = ::fcntl(port, F_DUPFD_CLOEXEC, 32), high_mounts = ::fcntl(mounts, F_DUPFD_CLOEXEC, 32);
  char name[] = "sandbox-guest", how[] = "renew";
  char* words[] = {name, how, nullptr};
  char* environment[] = {nullptr};
  if (high_port >= 0 && high_mounts >= 0 && ::dup2(high_port, kPortOfProgram) >= 0 && ::dup2(high_mounts, kMountsOfProgram) >= 0)
    ::execve("/init", words, environment);
  ::_exit(127);
}

bool renew(int port, const Handle& mounts) {
  const pid_t pid = ::fork();
  if (pid < 0) return false;
  if (pid == 0) become_renewal(port, mounts.get());
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

/// Guest: what came with it is dealt with first. Behind it the host says nothing but that it need not be.
bool Bridge::ask_for_sleep() {
  sleep_wanted_ = true;
  stays_ = port_.in.take(wire::kStay);
  return stays_ || port_.in.empty();
}

/// Guest, until it is woken.
bool Bridge::sleep() {
  sleep_wanted_ = false;
  if (std::exchange(stays_, false)) return port_.out.put(wire::kControlChannel, PacketType::sleep), true;  // the host waits for the answer
  if (!freeze(gauge_.group(), true) || !await_frozen(gauge_.group(), port_.descriptor())) return false;
  port_.out.put(wire::kControlChannel, PacketType::sleep);
  if (!set_blocking(port_.descriptor(), true) || !port_.flush()) return false;
  const char word = read_word(port_.descriptor());
  if (word != wire::kStay && (word != wire::kAnew || !wake_anew())) return false;
  return set_blocking(port_.descriptor(), false) && freeze(gauge_.group(), false);
}

/// Whoever was connected was so to another machine.
bool Bridge::wake_anew() {
  if (!renew(port_.descriptor(), mounts_)) {
    ::sleep(1);  // why, on its way to the host
    return false;
  }
  channels_.close_all();
  control_.forget();
  port_.forget();
  gauge_.forget();
  return ::write(port_.descriptor(), &wire::kAwake, 1) == 1;
}

/// Host: all that are there, as an end may stand before the next beginning.
void Bridge::serve_sleep_orders() {
  char word = 0;
  ssize_t n = 0;
  while ((n = ::read(sleep_orders_.get(), &word, 1)) == 1) take_sleep_order(word);
  if (n == 0 || (errno != EAGAIN && errno != EINTR)) sleep_orders_.close();
}

void Bridge::take_sleep_order(char word) {
  if (word == static_cast<char>(wire::Sleep::begin)) sleep_wanted_ = rest_ == Rest::none || rest_ == Rest::recalled;
  if (word != static_cast<char>(wire::Sleep::end)) return;
  sleep_wanted_ = false;
  if (rest_ != Rest::asked && rest_ != Rest::asleep) return;
  port_.go_on(wire::kStay);
  rest_ = rest_ == Rest::asked ? Rest::recalled : Rest::none;
}

/// Host: after it was recalled the guest's answer to the first time must have come.
void Bridge::begin_sleep() {
  if (side_ == Side::guest || !sleep_wanted_ || rest_ != Rest::none || !port_.is_flowing() || !port_.out.has_room()) return;
  sleep_wanted_ = false;
  rest_ = Rest::asked;
  port_.out.put(wire::kControlChannel, PacketType::sleep);
  port_.stop();
}

/// Host.
bool Bridge::hear_of_sleep() {
  // Whoever asked may be gone: the next one must not take this for his own.
  if (sleep_orders_) serve_sleep_orders();
  if (rest_ == Rest::recalled) {
    rest_ = Rest::none;
    return true;
  }
  if (rest_ != Rest::asked) return false;
  rest_ = Rest::asleep;
  const char word = static_cast<char>(wire::Sleep::asleep);
  // Whoever asked and is gone hears nothing.
  [[maybe_unused]] const ssize_t n = ::write(sleep_orders_.get(), &word, 1);
  return true;
}

}  // namespace sandbox::bridge
