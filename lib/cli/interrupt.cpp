#include "cli/interrupt.hpp"

#include <signal.h>
#include <unistd.h>

#include <initializer_list>

namespace sandbox::cli {

namespace {

volatile sig_atomic_t came = 0;

void note(int signal) { came = signal; }

}  // namespace

void note_interrupts() {
  struct sigaction action {};
  action.sa_handler = note;
  action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before {};
    // What whoever started us ignores (nohup, a shell's background) stays ignored.
    if (::sigaction(signal, nullptr, &before) == 0 && before.sa_handler != SIG_IGN) ::sigaction(signal, &action, nullptr);
  }
}

bool is_interrupted() { return came != 0; }

void stop_if_interrupted() {
  if (came != 0) throw Interrupted{came};
}

void end_by(const Interrupted& interrupted) {
  ::signal(interrupted.signal, SIG_DFL);
  ::raise(interrupted.signal);
  ::_exit(128 + interrupted.signal);
}

}  // namespace sandbox::cli
