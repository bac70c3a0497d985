#include "isolate/within_ids.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/child.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/passing.hpp"

namespace sandbox::isolate {

namespace {

void become_root(const IdMap& ids) {
  if (!ids.single() && ::setgroups(0, nullptr) < 0) throw_system_error("cannot drop groups");
  if (::setresgid(0, 0, 0) < 0 || ::setresuid(0, 0, 0) < 0) throw_system_error("cannot take id 0");
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0) throw_system_error("cannot follow the parent");
}

/// A parent that died before it was to be followed has closed its end.
void die_with_a_dead_parent(const Fd& channel) {
  pollfd hung_up{channel.get(), POLLRDHUP, 0};
  if (::poll(&hung_up, 1, 0) > 0) ::_exit(static_cast<int>(ExitCode::failed));
}

/// The numeric code, the message and the hint, on three lines; nothing when all went well.
[[noreturn]] void inside(const IdMap& ids, const std::function<void()>& work, const Fd& channel) noexcept {
  try {
    char go = 0;
    if (read_some(channel.get(), &go, 1, "the parent") != 1) ::_exit(static_cast<int>(ExitCode::failed));
    become_root(ids);
    die_with_a_dead_parent(channel);
    work();
    ::_exit(0);
  } catch (const std::exception& error) {
    const auto* known = dynamic_cast<const Error*>(&error);
    const std::string news = fmt::format("{}\n{}\n{}", static_cast<int>(known ? known->code() : ExitCode::failed), error.what(),
                                         known ? known->hint() : "");
    [[maybe_unused]] const ssize_t n = ::send(channel.get(), news.data(), news.size(), MSG_NOSIGNAL);
  }
  ::_exit(static_cast<int>(ExitCode::failed));
}

[[noreturn]] void throw_news(const std::string& news) {
  const std::size_t first = news.find('\n'), last = news.rfind('\n');
  if (first == last) throw Error(ExitCode::failed, "the helper in a user namespace died");
  throw Error(static_cast<ExitCode>(std::atoi(news.c_str())), news.substr(first + 1, last - first - 1), news.substr(last + 1));
}

}  // namespace

void within_ids(const IdMap& ids, const std::function<void()>& work) {
  auto [ours, theirs] = socket_pair(SOCK_STREAM);
  CloneResult cloned = clone_isolated(-1);
  if (cloned.pid == 0) {
    ours.close();
    inside(ids, work, theirs);
  }
  theirs.close();
  Child child = Child::adopt(cloned.pid, std::move(cloned.pidfd));
  write_id_maps(child.pid(), ids);
  write_all(ours.get(), "g", "the child");
  const std::string news = read_all(ours.get(), 65536, "the child");
  if (shell_code(std::move(child).wait()) != 0) throw_news(news);
}

}  // namespace sandbox::isolate
