#pragma once
// Interrupt: a signal that asks long work to stop, met where the work looks for it, so that
// everything made so far is taken back on the way out. A second one ends us at once.
namespace sandbox::cli {

/// Thrown, and not an Error: nothing failed.
struct Interrupted {
  int signal = 0;
};

/// From here on SIGINT, SIGTERM and SIGHUP are noted.
void note_interrupts();

/// Whether one came.
bool is_interrupted();

/// Throws Interrupted when one came.
void stop_if_interrupted();

/// Ends this process as the signal would have.
[[noreturn]] void end_by(const Interrupted& interrupted);

}  // namespace sandbox::cli
