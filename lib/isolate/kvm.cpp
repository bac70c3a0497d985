#include "isolate/kvm.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/kvm.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include <array>
#include <cstring>

#include "base/error.hpp"
#include "base/fd.hpp"

namespace sandbox::isolate {

namespace {

constexpr std::size_t kPage = 4096;
constexpr std::uint16_t kPort = 0x3f8;
constexpr std::uint32_t kMostIndices = 512;

/// In real mode: mov dx, 0x3f8; add al, bl; out dx, al; hlt.
constexpr std::array<unsigned char, 7> kCode = {0xba, kPort & 0xff, kPort >> 8, 0x00, 0xd8, 0xee, 0xf4};

// The headers' own numbers hold the size of structures that end in an array without one, and in
// C++ that size is another.
constexpr unsigned long kGetFeatureIndices = _IOC(_IOC_READ | _IOC_WRITE, KVMIO, 0x0a, 4);
constexpr unsigned long kGetMsrs = _IOC(_IOC_READ | _IOC_WRITE, KVMIO, 0x88, 8);
constexpr unsigned long kSetMsrs = _IOC(_IOC_WRITE, KVMIO, 0x89, 8);

struct Indices {
  std::uint32_t count = kMostIndices;
  std::array<std::uint32_t, kMostIndices> index{};
};

struct OneMsr {
  std::uint32_t count = 1, padding = 0;
  std::uint32_t index = 0, reserved = 0;
  std::uint64_t value = 0;
};

int checked(int result, const char* what) {
  if (result < 0) throw_system_error("KVM cannot", what, HostCheck::kvm);
  return result;
}

Fd checked_ioctl(const Fd& on, unsigned long request, unsigned long argument, const char* what) {
  return Fd(checked(::ioctl(on.get(), request, argument), what));
}

void* map_pages(std::size_t size, int fd) {
  void* pages = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, fd < 0 ? MAP_SHARED | MAP_ANONYMOUS : MAP_SHARED, fd, 0);
  if (pages == MAP_FAILED) throw_system_error("cannot map memory for a virtual machine");
  return pages;
}

/// KVM says which features a machine may have; QEMU gives it all of them.
void set_features(const Fd& kvm, const Fd& cpu) {
  Indices indices;
  checked(::ioctl(kvm.get(), kGetFeatureIndices, &indices), "list the processor's features");
  for (std::uint32_t i = 0; i < indices.count; ++i) {
    OneMsr msr;
    msr.index = indices.index[i];
    if (::ioctl(kvm.get(), kGetMsrs, &msr) != 1) continue;
    if (::ioctl(cpu.get(), kSetMsrs, &msr) != 1)
      throw Error(HostCheck::kvm, fmt::format("it runs code, and refuses a processor feature that it offers (register {:#x}): no stock kernel boots", msr.index));
  }
}

void set_start(const Fd& cpu) {
  kvm_sregs segments{};
  checked(::ioctl(cpu.get(), KVM_GET_SREGS, &segments), "read registers");
  segments.cs.base = 0;
  segments.cs.selector = 0;
  checked(::ioctl(cpu.get(), KVM_SET_SREGS, &segments), "set registers");
  kvm_regs registers{};
  registers.rip = kPage;
  registers.rax = 40;
  registers.rbx = 2;
  registers.rflags = 2;
  checked(::ioctl(cpu.get(), KVM_SET_REGS, &registers), "set registers");
}

/// The sum on its port, then the halt.
bool computes(const Fd& cpu, const kvm_run& run) {
  checked(::ioctl(cpu.get(), KVM_RUN, 0), "run code");
  const auto* bytes = reinterpret_cast<const unsigned char*>(&run);
  if (run.exit_reason != KVM_EXIT_IO || run.io.port != kPort || bytes[run.io.data_offset] != 42) return false;
  checked(::ioctl(cpu.get(), KVM_RUN, 0), "run code");
  return run.exit_reason == KVM_EXIT_HLT;
}

}  // namespace

void run_machine_code() {
  const Fd kvm(::open("/dev/kvm", O_RDWR | O_CLOEXEC));
  if (!kvm) throw_system_error("cannot open", "/dev/kvm", HostCheck::kvm);
  const Fd machine = checked_ioctl(kvm, KVM_CREATE_VM, 0, "make a machine");
  auto* memory = static_cast<unsigned char*>(map_pages(2 * kPage, -1));
  std::memcpy(memory + kPage, kCode.data(), kCode.size());
  kvm_userspace_memory_region region{0, 0, 0, 2 * kPage, reinterpret_cast<std::uint64_t>(memory)};
  checked(::ioctl(machine.get(), KVM_SET_USER_MEMORY_REGION, &region), "give memory");
  const Fd cpu = checked_ioctl(machine, KVM_CREATE_VCPU, 0, "make a processor");
  const int size = checked(::ioctl(kvm.get(), KVM_GET_VCPU_MMAP_SIZE, 0), "say how large its state is");
  const auto* run = static_cast<const kvm_run*>(map_pages(static_cast<std::size_t>(size), cpu.get()));
  set_start(cpu);
  if (!computes(cpu, *run)) throw Error(HostCheck::kvm, fmt::format("it runs code wrongly (exit reason {})", run->exit_reason));
  set_features(kvm, cpu);
}

}  // namespace sandbox::isolate
