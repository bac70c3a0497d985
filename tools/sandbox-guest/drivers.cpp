#include "drivers.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "wire/handle.hpp"

namespace sandbox::guest {

namespace {

constexpr int kCompressed = 4;  // MODULE_INIT_COMPRESSED_FILE

Fault load(const char* name) {
  char path[256];
  ::snprintf(path, sizeof path, "/modules/%s", name);
  const wire::Handle file(::open(path, O_RDONLY | O_CLOEXEC));
  if (!file) return fault("cannot open a module");
  const int flags = ::strstr(name, ".ko.") ? kCompressed : 0;
  if (::syscall(SYS_finit_module, file.get(), "", flags) < 0 && errno != EEXIST) return fault("cannot load a module");
  return {};
}

}  // namespace

Fault load_drivers() {
  char list[4096];
  const wire::Handle file(::open("/modules/list", O_RDONLY | O_CLOEXEC));
  const ssize_t size = file ? ::read(file.get(), list, sizeof list - 1) : -1;
  if (size < 0) return fault("cannot read the list of modules");
  list[size] = '\0';
  char* rest = nullptr;
  for (char* name = ::strtok_r(list, "\n", &rest); name; name = ::strtok_r(nullptr, "\n", &rest))
    if (const Fault failed = load(name)) return failed;
  return {};
}

}  // namespace sandbox::guest
