// The head of a request from inside. What is passed on reads as one request to that host alone.
// sources: lib/doors/http_head.cpp lib/doors/host_name.cpp lib/base/text.cpp
#include "doors/http_head.hpp"

#include <cstdlib>

#include "doors/host_name.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace sandbox::doors;
  const HttpRead read = read_http_head({reinterpret_cast<const char*>(data), size});
  if (read.head && read.problem) std::abort();
  if (!read.head) return 0;
  if (read.head->length > size || (!read.head->host.empty() && host_name(read.head->host) != read.head->host)) std::abort();
  if (read.head->form != HttpHead::Form::absolute) return 0;
  const std::string forwarded = forwarded_head(*read.head);
  if (forwarded.size() > HttpHead::kMost) return 0;
  const HttpRead again = read_http_head(forwarded);
  if (!again.head || again.head->form != HttpHead::Form::path || again.head->length != forwarded.size()) std::abort();
  if (again.head->host != read.head->host || again.head->port != read.head->port || again.head->body != read.head->body) std::abort();
  return 0;
}
