#pragma once
// Machine: QEMU, started by the host's bridge as PID 1 of the walls around it, and its guest, woken. The
// supervisor says how in one frame (Kind::machine).
#include "console.hpp"
#include "wire/handle.hpp"

namespace sandbox::bridge {

struct Machine {
  wire::Handle control;  ///< to the supervisor, from now on
  wire::Handle port;     ///< to the guest's bridge
  Console console;
  wire::Handle sleep_orders;  ///< of whoever saves it; perhaps none
};

/// Waits for the frame on `orders`. False when there was none, or the supervisor has heard why the
/// machine did not start.
bool start_machine(const wire::Handle& orders, Machine& out);

/// Tells the supervisor that the machine came down, with its last words.
void report_fall(const wire::Handle& control, Console& console, std::string_view why);

}  // namespace sandbox::bridge
