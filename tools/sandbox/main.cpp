// sandbox: the one name to remember; see dispatch.hpp.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "base/child.hpp"
#include "base/error.hpp"
#include "cli/tool_main.hpp"
#include "dispatch.hpp"

namespace sandbox {
namespace {

std::string path_variable() {
  const char* path = std::getenv("PATH");
  return path ? path : "/usr/local/bin:/usr/bin:/bin";
}

[[noreturn]] void become(const Path& program, const std::string& name, char** arguments) {
  std::vector<char*> argv = {const_cast<char*>(name.c_str())};
  while (*arguments) argv.push_back(*arguments++);
  argv.push_back(nullptr);
  ::execv(program.c_str(), argv.data());
  throw_system_error("cannot start", program.native());
}

[[noreturn]] void show_manual(const std::string& topic) {
  std::vector<std::string> command = manual_command(topic, program_directory());
  std::vector<char*> argv;
  for (std::string& word : command) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::execvp(argv[0], argv.data());
  throw Error(ExitCode::host, "cannot show the page: no program 'man'",
              fmt::format("install man-db or mandoc, or read {}", command.back()));
}

int run(int argc, char** argv) {
  const std::string command = argc > 1 ? argv[1] : "help";
  const Path own = program_directory();
  if (command == "--version") {
    write_all(1, fmt::format("sandbox {}\n", SANDBOX_VERSION), "stdout");
  } else if (command != "help" && command != "--help" && command != "-h") {
    const Path program = find_tool(command, program_places(own, path_variable()));
    become(program, program.filename(), argv + 2);
  } else if (argc > 2) {
    show_manual(argv[2]);
  } else {
    write_all(1, overview(program_places(own, path_variable())), "stdout");
  }
  return static_cast<int>(ExitCode::ok);
}

}  // namespace
}  // namespace sandbox

int main(int argc, char** argv) { return sandbox::cli::tool_main("sandbox", argc, argv, sandbox::run); }
