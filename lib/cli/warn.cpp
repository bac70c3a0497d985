#include "cli/warn.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "base/text.hpp"

namespace sandbox::cli {

namespace {

const char* name_of_the_tool = "sandbox";

}  // namespace

void warn(const std::string& text) {
  const std::string line = fmt::format("{}: {}\n", name_of_the_tool, visible(text));
  // stderr may be closed or full: there is nobody left to tell.
  [[maybe_unused]] const ssize_t n = ::write(2, line.data(), line.size());
}

const char* tool_name() { return name_of_the_tool; }

void set_tool_name(const char* name) { name_of_the_tool = name; }

}  // namespace sandbox::cli
