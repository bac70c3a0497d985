// The first bytes of a TLS connection from inside: however they are cut, they read the same.
// sources: lib/doors/client_hello.cpp lib/doors/host_name.cpp lib/base/text.cpp
#include "doors/client_hello.hpp"

#include <cstdlib>

#include "doors/host_name.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace sandbox::doors;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  ClientHello whole, pieces;
  whole.feed(bytes);
  const std::size_t step = size > 0 ? data[size - 1] % 7 + 1 : 1;
  for (std::size_t at = 0; at < size; at += step) pieces.feed(bytes.substr(at, step));
  if (whole.state() != pieces.state() || whole.name() != pieces.name()) std::abort();
  if (whole.state() == ClientHello::State::named && host_name(whole.name()) != whole.name()) std::abort();
  return 0;
}
