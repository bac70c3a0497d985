#include "life/kvm_choice.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "isolate/kvm.hpp"
#include "life/process.hpp"

namespace sandbox::life {

namespace {

constexpr int kPatienceMs = 3000;
constexpr std::size_t kMostKept = 256;
constexpr const char* kWorks = "works";
constexpr const char* kFails = "fails";

Path memory_of(const store::Store& store) { return store.machines() / "kvm.known"; }

void remember(const store::Store& store, const char* answer) {
  std::filesystem::create_directories(store.machines());
  replace_file(memory_of(store), fmt::format("{} {}", boot_id(), answer));
}

/// In a child: one that hangs in the kernel's machine is killed.
bool try_it() {
  if (::access("/dev/kvm", R_OK | W_OK) < 0) return false;
  const pid_t child = ::fork();
  if (child < 0) throw_system_error("cannot start a process");
  if (child == 0) {
    try {
      isolate::run_machine_code();
      ::_exit(0);
    } catch (const std::exception&) {
      ::_exit(1);
    }
  }
  const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  pollfd ending{process.get(), POLLIN, 0};
  if (::poll(&ending, 1, kPatienceMs) <= 0) ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status == 0;
}

}  // namespace

bool kvm_works(const store::Store& store) {
  const std::string known = read_file_if_exists(memory_of(store), kMostKept).value_or("");
  const std::string boot = boot_id() + " ";
  if (known == boot + kWorks) return true;
  if (known == boot + kFails) return false;
  const bool works = try_it();
  remember(store, works ? kWorks : kFails);
  return works;
}

void give_up_kvm(const store::Store& store) { remember(store, kFails); }

}  // namespace sandbox::life
