#include "base/each_data.hpp"

#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"

namespace sandbox {

void each_data(const Fd& file, std::string_view name, const std::function<void(off_t, off_t)>& visit) {
  off_t at = 0;
  while ((at = ::lseek(file.get(), at, SEEK_DATA)) >= 0) {
    const off_t end = ::lseek(file.get(), at, SEEK_HOLE);
    if (end < 0) throw_system_error("cannot read", name);
    visit(at, end);
    at = end;
  }
  if (errno != ENXIO) throw_system_error("cannot read", name);  // that is: the rest is a hole
}

}  // namespace sandbox
