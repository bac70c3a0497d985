#include "base/find_program.hpp"

#include <unistd.h>

#include <cstdlib>

#include "base/text.hpp"

namespace sandbox {

Path find_program(std::string_view name, std::string_view path) {
  for (const std::string_view directory : split(path, ':'))
    if (const Path file = Path(directory) / name; directory.starts_with('/') && ::access(file.c_str(), X_OK) == 0) return file;
  return {};
}

Path find_program(std::string_view name) {
  const char* path = std::getenv("PATH");
  return find_program(name, path ? path : "/usr/bin:/bin");
}

}  // namespace sandbox
