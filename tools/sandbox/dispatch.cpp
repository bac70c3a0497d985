#include "dispatch.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "tools.hpp"

namespace sandbox {

namespace {

/// Only a plain word can be part of a program's name: never a path.
bool is_word(std::string_view name) {
  return !name.empty() && name.front() != '-' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == name.npos;
}

Path find_program(std::string_view name, const std::vector<Path>& places) {
  for (const Path& place : places) {
    const Path program = place / fmt::format("sandbox-{}", name);
    if (::access(program.c_str(), X_OK) == 0) return program;
  }
  return {};
}

Error unknown(std::string_view name) {
  std::vector<std::string_view> names = {"help"};
  for (const Tool& tool : kTools) names.push_back(tool.name);
  const std::string near = nearest(name, names);
  return Error(ExitCode::input, fmt::format("unknown command '{}'", name),
               near.empty() ? "sandbox help shows what there is" : fmt::format("did you mean '{}'?", near));
}

}  // namespace

std::vector<Path> program_places(const Path& own, std::string_view path_variable) {
  std::vector<Path> places = {own};
  for (const std::string_view part : split(path_variable, ':'))
    if (part.starts_with('/')) places.emplace_back(part);  // the current directory may be hostile
  return places;
}

Path find_tool(std::string_view name, const std::vector<Path>& places) {
  const Path program = is_word(name) ? find_program(name, places) : Path();
  if (program.empty()) throw unknown(name);
  return program;
}

std::string overview(const std::vector<Path>& places) {
  std::string text = "usage: sandbox COMMAND [ARGUMENT...]\n";
  std::string_view family;
  for (const Tool& tool : kTools) {
    if (find_program(tool.name, places).empty()) continue;
    if (tool.family != family) text += fmt::format("\n{}\n", tool.family);
    family = tool.family;
    text += fmt::format("  {:<10}{}\n", tool.name, tool.does);
  }
  return text +
         "\nsandbox help COMMAND shows its manual page; sandbox help security, record, exit, config\n"
         "and hacking those topics. How the tools fit together: man 7 sandbox.\n";
}

std::vector<std::string> manual_command(std::string_view name, const Path& own) {
  if (!is_word(name)) throw unknown(name);
  const std::string page = name == "sandbox" ? "sandbox" : fmt::format("sandbox-{}", name);
  for (const char* section : {"1", "5", "7"})
    for (const Path& file : {own / fmt::format("../share/man/man{0}/{1}.{0}", section, page),
                             own / fmt::format("../../../man/{}.{}", page, section)})
      if (::access(file.c_str(), R_OK) == 0) return {"man", "-l", file.lexically_normal().native()};
  return {"man", page};
}

}  // namespace sandbox
