#include "measure/nvml.hpp"

#include <dlfcn.h>

#include <algorithm>

#include "base/text.hpp"

namespace sandbox::measure {

namespace {

// As nvml.h has them; every function returns 0 when it succeeds.
using Device = void*;
struct Utilization {
  unsigned gpu, memory;  // percent of the last sample period
};
struct Memory {
  unsigned long long total, free, used;
};
constexpr unsigned kMostGpus = 64, kMostName = 96;

}  // namespace

struct Nvml::Library {
  void* handle = nullptr;
  int (*init)() = nullptr;
  int (*shutdown)() = nullptr;
  int (*count)(unsigned*) = nullptr;
  int (*device)(unsigned, Device*) = nullptr;
  int (*name)(Device, char*, unsigned) = nullptr;
  int (*utilization)(Device, Utilization*) = nullptr;
  int (*memory)(Device, Memory*) = nullptr;
  std::vector<Device> devices;
  bool is_initialised = false;

  Library() = default;
  Library(const Library&) = delete;
  ~Library() {
    if (is_initialised) shutdown();
    if (handle) ::dlclose(handle);
  }

  template <class Function>
  bool find(Function& function, const char* symbol) {
    function = reinterpret_cast<Function>(::dlsym(handle, symbol));
    return function != nullptr;
  }

  bool find_all() {
    return find(init, "nvmlInit_v2") && find(shutdown, "nvmlShutdown") && find(count, "nvmlDeviceGetCount_v2") &&
           find(device, "nvmlDeviceGetHandleByIndex_v2") && find(name, "nvmlDeviceGetName") &&
           find(utilization, "nvmlDeviceGetUtilizationRates") && find(memory, "nvmlDeviceGetMemoryInfo");
  }

  bool find_devices() {
    unsigned number = 0;
    if (count(&number) != 0) return false;
    for (unsigned i = 0; i < std::min(number, kMostGpus); ++i)
      if (Device found = nullptr; device(i, &found) == 0) devices.push_back(found);
    return !devices.empty();
  }
};

std::optional<Nvml> Nvml::open(const char* library) {
  const auto found = std::make_shared<Library>();
  found->handle = ::dlopen(library, RTLD_NOW | RTLD_LOCAL);
  if (!found->handle || !found->find_all() || found->init() != 0) return std::nullopt;
  found->is_initialised = true;
  return found->find_devices() ? std::optional(Nvml(found)) : std::nullopt;
}

std::vector<std::string> Nvml::models() const {
  std::vector<std::string> all;
  for (const Device device : library_->devices) {
    char name[kMostName] = {};
    const bool known = library_->name(device, name, kMostName) == 0;
    name[kMostName - 1] = 0;
    all.push_back(known ? visible(name) : "unknown");
  }
  return all;
}

std::vector<record::GpuUse> Nvml::use() const {
  std::vector<record::GpuUse> all;
  for (const Device device : library_->devices) {
    Utilization busy{};
    Memory memory{};
    if (library_->utilization(device, &busy) != 0) busy = {};
    if (library_->memory(device, &memory) != 0) memory = {};
    all.push_back({static_cast<double>(busy.gpu), memory.used});
  }
  return all;
}

}  // namespace sandbox::measure
