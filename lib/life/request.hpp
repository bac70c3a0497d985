#pragma once
// Request: one command as a client asks for it. What is left open comes from the sandbox.
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sandbox::life {

struct Request {
  std::vector<std::string> argv;
  std::map<std::string, std::string> env;
  std::optional<std::string> cwd, user;
  std::string cwd_from = "--cwd";  ///< where that was said, for whoever hears that it cannot be
  bool input = false;     ///< the caller's stdin reaches the command
  bool terminal = false;  ///< a terminal made inside; stdout and stderr are one then
  bool detach = false;
  std::optional<std::chrono::milliseconds> timeout;
  std::chrono::milliseconds grace{0};         ///< between SIGTERM and SIGKILL
  std::optional<std::uint64_t> output_limit;  ///< bytes; more than that ends the command
};

}  // namespace sandbox::life
