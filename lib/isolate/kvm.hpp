#pragma once
// Kvm: a virtual machine of one page of code. That /dev/kvm opens says little: there are hosts on which
// it runs that, and no kernel, so what QEMU sets before it starts one is set as well.

namespace sandbox::isolate {

/// Throws Error(host) when it does not do what it should. What it maps ends with the process: call it in a
/// child, which can be given up when it hangs.
void run_machine_code();

}  // namespace sandbox::isolate
