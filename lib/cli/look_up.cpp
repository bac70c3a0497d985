#include <fcntl.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/said.hpp"
#include "base/text.hpp"
#include "cli/complete.hpp"
#include "record/json.hpp"

namespace sandbox::cli {

namespace {

constexpr std::size_t kMostText = 4 << 20;

/// What sandbox-list, the sibling of this program, writes; nothing when it fails.
std::string ask_list(const std::vector<std::string>& options) {
  Command command;
  command.program = program_directory() / "sandbox-list";
  command.arguments = {"sandbox-list", "--json"};
  command.arguments.insert(command.arguments.end(), options.begin(), options.end());
  for (char** one = environ; *one; ++one) command.environment.emplace_back(*one);
  return said_by(std::move(command), kMostText).text;
}

void add(std::vector<Choice>& choices, const Json& record, const char* field, const char* about) {
  const auto found = record.find(field), tells = record.find(about);
  if (found == record.end() || !found->is_string()) return;
  choices.push_back({found->get<std::string>(), tells != record.end() && tells->is_string() ? tells->get<std::string>() : ""});
}

std::vector<Choice> records_of(const std::vector<std::string>& options, std::initializer_list<const char*> fields, const char* about) {
  std::vector<Choice> choices;
  const std::string text = ask_list(options);
  for (const std::string_view line : split(text, '\n'))
    if (!line.empty())
      for (const char* field : fields) add(choices, record::parse(line, "sandbox-list"), field, about);
  return choices;
}

/// Beside the programs where they are installed, or in the checkout that they were built in.
std::vector<Choice> recipes() {
  std::vector<Choice> names;
  for (const char* place : {"../share/sandbox/recipes", "../../../recipes"}) {
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(program_directory() / place, none))
      if (std::filesystem::exists(entry.path() / "recipe.yaml", none)) names.push_back({entry.path().filename(), {}});
    if (!names.empty()) break;
  }
  return names;
}

}  // namespace

std::vector<Choice> look_up_here(std::string_view value) try {
  if (value == "ID") return records_of({}, {"id", "name"}, "image");
  if (value == "IMAGE") return records_of({"--images"}, {"name"}, "digest");
  return value == "RECIPE" ? recipes() : std::vector<Choice>();
} catch (const Error&) {
  return {};  // a shell that completes has no use for an error
}

}  // namespace sandbox::cli
