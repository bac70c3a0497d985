// sandbox: the one name to remember; see dispatch.hpp.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "base/child.hpp"
#include "base/error.hpp"
#include "cli/tool_main.hpp"
#include "cli/warn.hpp"
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

/// Returns only where there is no such program.
void try_to_become(std::vector<std::string> command) {
  std::vector<char*> argv;
  for (std::string& word : command) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::execvp(argv[0], argv.data());
}

/// Where nobody can show pages, the tool itself shows its options.
[[noreturn]] void show_manual(const std::string& topic, const std::vector<Path>& places) {
  std::vector<std::string> command = manual_command(topic, program_directory());
  const std::string page = command.back();
  try_to_become(command);
  if (page.starts_with('/')) try_to_become({"mandoc", page});
  if (has_tool(topic, places)) {
    cli::warn("no program 'man' to show the whole page: these are its options");
    try_to_become({find_tool(topic, places), "--help"});
  }
  throw Error(HostCheck::programs, "cannot show the page: no program 'man'", fmt::format("install man-db or mandoc, or read {}", page));
}

int complete(const std::vector<std::string>& words, const std::vector<Path>& places) {
  if (const auto answer = completions(words, places)) {
    write_all(1, *answer, "stdout");
    return 0;
  }
  std::vector<std::string> command = {find_tool(words[0], places), "--complete"};
  command.insert(command.end(), words.begin() + 1, words.end());
  try_to_become(command);
  throw_system_error("cannot start", command[0]);
}

int run(int argc, char** argv) {
  const std::string command = argc > 1 ? argv[1] : "help";
  const std::vector<Path> places = program_places(program_directory(), path_variable());
  if (command == "--version") {
    write_all(1, fmt::format("sandbox {}\n", SANDBOX_VERSION), "stdout");
  } else if (command == "--complete") {
    return complete({argv + 2, argv + argc}, places);
  } else if (command != "help" && command != "--help" && command != "-h") {
    const Path program = find_tool(command, places);
    become(program, program.filename(), argv + 2);
  } else if (argc > 2) {
    show_manual(argv[2], places);
  } else {
    write_all(1, overview(places), "stdout");
  }
  return static_cast<int>(ExitCode::ok);
}

}  // namespace
}  // namespace sandbox

int main(int argc, char** argv) { return sandbox::cli::tool_main("sandbox", argc, argv, sandbox::run); }
