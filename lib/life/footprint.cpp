#include "life/footprint.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

// Set by the linker: the first byte of the program, and the one behind its code.
extern "C" const char __executable_start, __etext;

namespace sandbox::life {

void drop_code_pages() noexcept {
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<std::uintptr_t>(&__executable_start);
  const auto end = reinterpret_cast<std::uintptr_t>(&__etext) / page * page;
  // Read-only pages of a file hold nothing that could be lost. Best effort: it only saves memory.
  (void)::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

}  // namespace sandbox::life
