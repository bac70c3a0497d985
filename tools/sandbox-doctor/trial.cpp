#include "trial.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/child.hpp"
#include "base/error.hpp"
#include "base/quantity.hpp"
#include "line.hpp"

namespace sandbox::tool {

namespace {

constexpr std::size_t kMostNews = 32768;  // a pipe takes it without a reader

/// A letter and the text: h for what was found, f for a failure with its hint below.
std::string news_of(const std::function<std::string()>& work) {
  try {
    return "h" + work();
  } catch (const Error& error) {
    return fmt::format("f{}\n{}", error.what(), error.hint());
  } catch (const std::exception& error) {
    return fmt::format("f{}\n", error.what());
  }
}

[[noreturn]] void carry_out(const std::function<std::string()>& work, const Fd& news) noexcept {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  const std::string text = news_of(work).substr(0, kMostNews);
  [[maybe_unused]] const ssize_t n = ::write(news.get(), text.data(), text.size());
  ::_exit(0);
}

Tried understand(const std::string& news) {
  if (news.starts_with('h')) return {true, news.substr(1), {}};
  const std::size_t end = news.find('\n');
  if (!news.starts_with('f') || end == news.npos) return {false, "the process that tried it died", {}};
  return {false, news.substr(1, end - 1), own_hint(news.substr(end + 1))};
}

}  // namespace

Tried try_out(const std::function<std::string()>& work, std::chrono::milliseconds patience) {
  auto [reading, writing] = make_pipe();
  const pid_t pid = ::fork();  // one thread: it may go on as if nothing had happened
  if (pid < 0) throw_system_error("cannot start a process");
  if (pid == 0) carry_out(work, writing);
  writing.close();
  Child child = Child::adopt(pid, checked_fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)), "cannot watch a process"));
  const auto ending = child.wait_until(std::chrono::steady_clock::now() + patience);
  if (!ending) return {false, fmt::format("no answer within {}", duration_text(patience)), {}};
  ::fcntl(reading.get(), F_SETFL, O_NONBLOCK);  // somebody of its own may still hold the other end
  std::string news(kMostNews, '\0');
  const ssize_t size = ::read(reading.get(), news.data(), news.size());
  news.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return understand(news);
}

}  // namespace sandbox::tool
