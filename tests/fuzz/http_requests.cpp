// Requests from inside, one after the other. However they are cut, the same goes on, unchanged.
// sources: lib/doors/http_requests.cpp lib/doors/http_head.cpp lib/doors/host_name.cpp lib/base/text.cpp
#include "doors/http_requests.hpp"

#include <algorithm>
#include <cstdlib>

namespace {

std::string passed(std::string_view bytes, std::size_t piece) {
  sandbox::doors::HttpRequests requests("example.org");
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const std::string more = requests.feed(bytes.substr(at, piece));
    if (requests.problem() && !more.empty()) std::abort();
    out += more;
  }
  if (bytes.substr(0, out.size()) != out) std::abort();
  return requests.problem() ? std::string() : out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (passed(bytes, 1 + data[0]) != passed(bytes, std::max<std::size_t>(1, bytes.size()))) std::abort();
  return 0;
}
