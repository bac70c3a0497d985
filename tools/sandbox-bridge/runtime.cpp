// The one function of the C++ runtime that the header-only parts of the standard library
// refer to: an index out of range is a bug of ours, and the bridge ends with it.
#include <cstdlib>

namespace std {

[[noreturn]] void __throw_out_of_range_fmt(const char*, ...) { abort(); }

}  // namespace std
