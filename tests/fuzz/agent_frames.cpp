// The payload of a frame to the agent, of any kind. An accepted one can be made into argv and envp.
// sources: tools/sandbox-agent/request.cpp tools/sandbox-agent/command_line.cpp tools/sandbox-agent/passwd.cpp
#include <cstdlib>

#include "command_line.hpp"
#include "request.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace sandbox;
  if (size < 2) return 0;
  const auto kind = static_cast<wire::Kind>(data[0] % 64);
  const std::string_view payload(reinterpret_cast<const char*>(data) + 1, size - 1);
  agent::Request request;
  if (!agent::parse_request(kind, payload, request) || kind != wire::Kind::execute) return 0;
  agent::CommandLine line;
  if (!line.build({}, request, {})) return 0;
  std::size_t count = 0;
  while (line.argv()[count]) ++count;
  if (count != request.arguments || count == 0) std::abort();
  return 0;
}
