// One DNS message from inside. What comes back is small, an answer, and names only what is allowed.
// sources: lib/doors/dns.cpp lib/doors/name_table.cpp lib/doors/host_name.cpp lib/base/text.cpp
#include "doors/dns.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace sandbox::doors;
  static NameTable names;
  const auto allowed = [](std::string_view name) { return name.ends_with("example.org"); };
  const std::string_view query(reinterpret_cast<const char*>(data), size);
  const Answered answered = answer_query(query, names, allowed);
  if (answered.message.empty()) return 0;
  if (answered.message.size() < 12 || answered.message.size() > 512) std::abort();
  if (answered.message.substr(0, 2) != query.substr(0, 2) || !(answered.message[2] & 0x80)) std::abort();
  if (answered.refused && allowed(*answered.refused)) std::abort();
  if (!answer_query(answered.message, names, allowed).message.empty()) std::abort();  // no loops of answers
  return 0;
}
