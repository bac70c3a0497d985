// A rule of a recipe, by a stranger. What is accepted reads again as the same.
// sources: lib/doors/rule.cpp lib/doors/address.cpp lib/doors/host_name.cpp lib/base/text.cpp
#include "doors/rule.hpp"

#include <cstdlib>

#include "base/error.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace sandbox::doors;
  try {
    const Rule rule = parse_rule({reinterpret_cast<const char*>(data), size});
    if (!(parse_rule(rule_text(rule)) == rule)) std::abort();
  } catch (const sandbox::Error&) {
    // refused, which is an answer
  }
  return 0;
}
