#include "as_user.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/child.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "record/json.hpp"

namespace sandbox::tool {

namespace {

constexpr std::size_t kMostText = 4 << 20;

struct Account {
  std::string name, home;
  uid_t uid = 0;
  gid_t gid = 0;
};

Account account_of(const std::string& user) {
  if (::geteuid() != 0) throw Error(ExitCode::input, "--user is for root", "without it, this looks for whoever runs it");
  const passwd* found = ::getpwnam(user.c_str());
  if (!found) throw Error(ExitCode::input, fmt::format("there is no user '{}'", visible(user)));
  return {found->pw_name, found->pw_dir, found->pw_uid, found->pw_gid};
}

std::vector<std::string> environment_of(const Account& account) {
  std::vector<std::string> all = {"HOME=" + account.home, "USER=" + account.name, "LOGNAME=" + account.name,
                                  fmt::format("PATH={}:/usr/local/bin:/usr/bin:/bin", program_directory().native())};
  const std::string runtime = fmt::format("/run/user/{}", account.uid);
  if (::access(runtime.c_str(), F_OK) == 0) all.push_back("XDG_RUNTIME_DIR=" + runtime);
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

/// Nothing of root's is left: groups first, the user last.
[[noreturn]] void become(const Account& account, std::vector<std::string> command, int output) noexcept {
  std::vector<std::string> environment = environment_of(account);
  const bool is_he = ::initgroups(account.name.c_str(), account.gid) == 0 && ::setresgid(account.gid, account.gid, account.gid) == 0 &&
                     ::setresuid(account.uid, account.uid, account.uid) == 0 && ::chdir("/") == 0;
  if (is_he && ::dup2(output, 1) == 1) ::execve(command[0].c_str(), pointers(command).data(), pointers(environment).data());
  ::_exit(static_cast<int>(ExitCode::failed));
}

struct Answer {
  int code = 0;
  std::string text;
};

Answer ask(const Account& account, const std::vector<std::string>& command) {
  auto [reading, writing] = make_pipe();
  const pid_t pid = ::fork();
  if (pid < 0) throw_system_error("cannot start a process");
  if (pid == 0) become(account, command, writing.get());
  writing.close();
  Child child = Child::adopt(pid, checked_fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)), "cannot watch a process"));
  std::string text = read_all(reading.get(), kMostText, command.front());
  return {shell_code(std::move(child).wait()), std::move(text)};
}

}  // namespace

record::Diagnosis examine_as(const std::string& user, const std::vector<std::string>& names) {
  std::vector<std::string> command = {program_directory() / "sandbox-doctor", "--json"};
  command.insert(command.end(), names.begin(), names.end());
  const Answer answer = ask(account_of(user), command);
  if (answer.text.empty())
    throw Error(answer.code == static_cast<int>(ExitCode::input) ? ExitCode::input : ExitCode::failed,
                fmt::format("sandbox-doctor, run by '{}', exits {}", visible(user), answer.code), "can he read and run this program?");
  return record::parse(answer.text, "the diagnosis").get<record::Diagnosis>();
}

void run_as(const std::string& user, const std::vector<std::string>& command) {
  const Answer answer = ask(account_of(user), command);
  if (answer.code != 0) throw Error(ExitCode::failed, fmt::format("'{}' exits {}", visible(command.back()), answer.code));
}

}  // namespace sandbox::tool
