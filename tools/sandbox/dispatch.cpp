#include "dispatch.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/complete.hpp"
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

constexpr std::string_view kPrefix = "sandbox-";
constexpr std::array kTopics = {"security", "record", "exit", "config", "recipe", "hacking"};

const Tool* tool_named(std::string_view name) {
  const auto found = std::ranges::find(kTools, name, &Tool::name);
  return found == kTools.end() ? nullptr : &*found;
}

void add_programs(std::set<std::string>& names, const Path& place) {
  std::error_code unreadable;
  for (const auto& entry : std::filesystem::directory_iterator(place, unreadable)) {
    const std::string name = entry.path().filename();
    if (!name.starts_with(kPrefix) || !is_word(name.substr(kPrefix.size()))) continue;
    if (::access(entry.path().c_str(), X_OK) == 0) names.insert(name.substr(kPrefix.size()));
  }
}

Error unknown(std::string_view name, const std::vector<Path>& places) {
  const std::vector<std::string> known = command_names(places);
  const std::vector<std::string_view> names(known.begin(), known.end());
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

bool has_tool(std::string_view name, const std::vector<Path>& places) {
  return tool_named(name) && !find_program(name, places).empty();
}

Path find_tool(std::string_view name, const std::vector<Path>& places) {
  const Path program = is_word(name) ? find_program(name, places) : Path();
  if (program.empty()) throw unknown(name, places);
  return program;
}

std::vector<std::string> command_names(const std::vector<Path>& places) {
  std::set<std::string> names = {"help"};
  for (const Path& place : places) add_programs(names, place);
  return {names.begin(), names.end()};
}

std::optional<std::string> completions(const std::vector<std::string>& words, const std::vector<Path>& places) {
  using cli::Completion;
  Completion completion;
  if (words.size() <= 1) {
    for (const std::string& name : command_names(places))
      if (words.empty() || name.starts_with(words[0])) completion.choices.push_back({name, std::string(tool_named(name) ? tool_named(name)->does : "")});
  } else if (words[0] == "help") {
    for (const Tool& tool : kTools)
      if (tool.name.starts_with(words.back())) completion.choices.push_back({std::string(tool.name), std::string(tool.does)});
    for (const std::string_view topic : kTopics)
      if (topic.starts_with(words.back())) completion.choices.push_back({std::string(topic), {}});
  } else if (tool_named(words[0])) {
    return std::nullopt;
  } else {
    completion.kind = Completion::Kind::files;  // somebody else's program: nobody knows what it would do
  }
  return cli::text_of(completion);
}

std::string overview(const std::vector<Path>& places) {
  std::string text = "usage: sandbox COMMAND [ARGUMENT...]\n";
  std::string others;
  std::string_view family;
  for (const Tool& tool : kTools) {
    if (find_program(tool.name, places).empty()) continue;
    if (tool.family != family) text += fmt::format("\n{}\n", tool.family);
    family = tool.family;
    text += fmt::format("  {:<10}{}\n", tool.name, tool.does);
  }
  for (const std::string& name : command_names(places))
    if (name != "help" && !tool_named(name)) others += fmt::format("  {}\n", name);
  if (!others.empty()) text += "\nadded here\n" + others;
  return text +
         "\nsandbox help COMMAND shows its manual page; sandbox help security, record, exit, config\n"
         "and hacking those topics. How the tools fit together: man 7 sandbox.\n";
}

std::vector<std::string> manual_command(std::string_view name, const Path& own) {
  if (!is_word(name)) throw Error(ExitCode::input, fmt::format("unknown command '{}'", visible(name)), "sandbox help shows what there is");
  const std::string page = name == "sandbox" ? "sandbox" : fmt::format("sandbox-{}", name);
  for (const char* section : {"1", "5", "7"})
    for (const Path& file : {own / fmt::format("../share/man/man{0}/{1}.{0}", section, page),
                             own / fmt::format("../share/man/man{0}/{1}.{0}.gz", section, page),
                             own / fmt::format("../../../man/{}.{}", page, section)})
      if (::access(file.c_str(), R_OK) == 0) return {"man", "-l", file.lexically_normal().native()};
  return {"man", page};
}

}  // namespace sandbox
