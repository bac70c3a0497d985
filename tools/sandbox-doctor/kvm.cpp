#include <fmt/format.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "examination.hpp"
#include "isolate/kvm.hpp"
#include "trial.hpp"

namespace sandbox::tool {

namespace {

constexpr std::chrono::seconds kKvmPatience{3};

std::string run_code() {
  Stopwatch watch;
  isolate::run_machine_code();
  return fmt::format("a machine ran code in {:.1f} ms", watch.elapsed_ms());
}

std::optional<Fix> fix_of() {
  if (::access("/dev/kvm", F_OK) < 0) return Fix{"modprobe -a kvm_intel kvm_amd; in a virtual machine, turn nesting on outside", true, false};
  if (::access("/dev/kvm", R_OK | W_OK) < 0) return Fix{"usermod --append --groups kvm USER, then log in again", true, false};
  return advice("a host with hardware virtualization of its own (vmx or svm in /proc/cpuinfo)");
}

}  // namespace

DiagnosisLine examine_kvm() {
  auto line = line_of(HostCheck::kvm, "isolation", Need::optional, "virtual machines at full speed, with a kernel of their own as a wall");
  const Tried tried = try_out(run_code, kKvmPatience);
  return tried.holds ? ok(std::move(line), tried.found) : lacking(std::move(line), tried.found, fix_of());
}

}  // namespace sandbox::tool
