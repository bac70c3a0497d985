#include "job.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace sandbox::tool {

namespace {

std::pair<std::string, std::string> split_pair(const std::string& text, std::string_view option, std::string_view shape) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == text.size())
    throw Error(ExitCode::input, fmt::format("{} '{}': not a pair", option, text), fmt::format("write {} {}", option, shape));
  return {text.substr(0, colon), text.substr(colon + 1)};
}

}  // namespace

PutFile parse_put(const std::string& text) {
  const auto [local, path] = split_pair(text, "--put", "LOCAL:PATH");
  return {path, Path(local), {}};
}

GetFile parse_get(const std::string& text) {
  const auto [path, local] = split_pair(text, "--get", "PATH:LOCAL");
  return {path, Path(local)};
}

std::vector<std::string> shell_argv(const std::string& command) { return {"/bin/sh", "-c", command}; }

}  // namespace sandbox::tool
