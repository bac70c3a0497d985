#include "cli/options.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "cli/tool_main.hpp"
#include "record/wall.hpp"

namespace sandbox::cli {

namespace {

/// A check against a list shows it behind the name of the value: "STATE:{running,ended}".
std::vector<std::string> words_in(std::string_view type) {
  const std::size_t list = type.find(":{"), end = type.find('}');
  std::vector<std::string> words;
  if (list == type.npos || end == type.npos) return words;
  for (const std::string_view word : split(type.substr(list + 2, end - list - 2), ',')) words.emplace_back(word);
  return words;
}

Grammar::Item item_of(const CLI::Option& option) {
  Grammar::Item item;
  for (const std::string& name : option.get_lnames()) item.names.push_back("--" + name);
  for (const std::string& name : option.get_snames()) item.names.push_back("-" + name);
  const bool is_flag = option.get_items_expected_max() == 0;
  item.value = option.get_positional() ? option.get_name(true) : is_flag ? "" : option.get_type_name();
  if (option.get_positional()) item.names = {item.value};
  item.about = option.get_description();
  item.repeats = option.get_items_expected_max() > 1;
  item.words = words_in(option.get_type_name());
  if (item.value == "WALL") item.words.assign(record::kWalls.begin(), record::kWalls.end());
  return item;
}

}  // namespace

Options::Options(const std::string& tool, const std::string& does) : app_(does, tool) {
  app_.set_help_flag("-h,--help", "Show this help");
  app_.add_flag_callback("--version", [] {}, "Show the version");  // answered in parse()
  app_.allow_windows_style_options(false);
}

CLI::Option* Options::flag(const std::string& names, bool& into, const std::string& text) {
  return app_.add_flag(names, into, text);
}

CLI::Option* Options::size(const std::string& names, std::optional<std::uint64_t>& into,
                           const std::string& text) {
  const auto take = [&into](const std::string& value) { into = parse_size(value); };
  return app_.add_option_function<std::string>(names, take, text)->type_name("SIZE");
}

CLI::Option* Options::duration(const std::string& names,
                               std::optional<std::chrono::milliseconds>& into,
                               const std::string& text) {
  const auto take = [&into](const std::string& value) { into = parse_duration(value); };
  return app_.add_option_function<std::string>(names, take, text)->type_name("TIME");
}

CLI::Option* Options::pairs(const std::string& names, std::map<std::string, std::string>& into,
                            Bare bare, const std::string& text) {
  const std::string shown = names.substr(names.rfind('-') == std::string::npos ? 0 : names.find("--"));
  const auto take = [&into, bare, shown](const std::vector<std::string>& values) {
    for (const std::string& pair : values) {
      const std::size_t equals = pair.find('=');
      const std::string name = pair.substr(0, equals);
      if (name.empty())
        throw Error(ExitCode::input, fmt::format("{} '{}': the name is empty", shown, pair));
      if (equals != std::string::npos) {
        into[name] = pair.substr(equals + 1);
      } else if (bare == Bare::empty) {
        into[name] = "";
      } else if (const char* value = std::getenv(name.c_str()); bare == Bare::inherited && value) {
        into[name] = value;
      } else {
        throw Error(ExitCode::input, fmt::format("{} '{}': no value", shown, pair),
                    bare == Bare::inherited ? "write NAME=VALUE, or set the variable here"
                                            : "write NAME=VALUE");
      }
    }
  };
  return app_.add_option_function<std::vector<std::string>>(names, take, text)
      ->type_name(bare == Bare::refused ? "NAME=VALUE" : "NAME[=VALUE]")
      ->expected(1)
      ->take_all();
}

void Options::output(Output& into) {
  app_.add_option_function<std::string>(
          "--format",
          [&into](const std::string& word) {
            if (word != "json" && word != "human")
              throw Error(ExitCode::input, fmt::format("unknown format '{}'", word),
                          "one of json, human");
            into.format = word == "json" ? Format::json : Format::human;
          },
          "json or human; without it, human on a terminal and json elsewhere")
      ->type_name("FORMAT");
  words("--format", {"json", "human"});
  app_.add_flag_callback("--json", [&into] { into.format = Format::json; }, "The same as --format json");
  app_.add_flag("-q,--quiet", into.quiet, "Print only ids");
  app_.add_option_function<int>("--status-fd", set_status_fd, "Write the error record to this descriptor")
      ->type_name("FD");
}

void Options::command(std::vector<std::string>& into, const std::string& text) {
  command_ = &into;
  app_.add_option("COMMAND", into, text)->type_name("");
}

std::string Options::suggestion(const std::string& word) const {
  std::vector<std::string> names;
  for (const CLI::Option* option : app_.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  const std::vector<std::string_view> views(names.begin(), names.end());
  const std::string near = nearest(word.substr(0, word.find('=')), views);
  return near.empty() ? fmt::format("see {} --help", app_.get_name())
                      : fmt::format("did you mean '{}'?", near);
}

std::string Options::help() const {
  std::string text = app_.help();
  // CLI11 writes "Usage: TOOL [OPTIONS] …" after the description; the examples follow it.
  if (!examples_.empty()) text += "\nExamples:\n";
  for (const Example& example : examples_)
    text += fmt::format("  {}\n      {}\n", example.command, example.says);
  return text + fmt::format("\nThe manual: man {}\n", app_.get_name());
}

Grammar Options::grammar() const {
  Grammar grammar;
  grammar.runs_command = command_ != nullptr;
  for (const CLI::Option* option : app_.get_options()) {
    Grammar::Item item = item_of(*option);
    if (item.names.front() == "COMMAND") continue;
    if (const auto known = words_.find(item.names.front()); known != words_.end()) item.words = known->second;
    (option->get_positional() ? grammar.positionals : grammar.options).push_back(std::move(item));
  }
  return grammar;
}

void Options::parse(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "--complete") {
    write_all(1, text_of(complete(grammar(), {argv + 2, argv + argc}, look_up_here)), "stdout");
    throw Answered{0};
  }
  // What follows `--` belongs to the command alone: CLI11 must not look at it, and the
  // command's first word may look like an option.
  int own = argc;
  if (command_)
    for (int i = 1; i < argc; ++i)
      if (std::string_view(argv[i]) == "--") {
        own = i;
        break;
      }
  // One value each time: CLI11 would let a repeatable option eat the arguments behind it.
  for (CLI::Option* option : app_.get_options())
    if (!option->get_positional()) option->allow_extra_args(false);
  for (int i = 1; i < own; ++i)
    if (std::string_view(argv[i]) == "--version") {
      write_all(1, fmt::format("{} {}\n", app_.get_name(), SANDBOX_VERSION), "stdout");
      throw Answered{0};
    }
  try {
    app_.parse(own, argv);
    if (command_) command_->insert(command_->end(), argv + std::min(own + 1, argc), argv + argc);
  } catch (const CLI::CallForHelp&) {
    write_all(1, help(), "stdout");
    throw Answered{0};
  } catch (const CLI::ExtrasError&) {
    const std::vector<std::string> extras = app_.remaining();
    const std::string word = extras.empty() ? "" : extras.front();
    throw Error(ExitCode::input,
                fmt::format("unknown {} '{}'", word.starts_with('-') ? "option" : "argument", word),
                suggestion(word));
  } catch (const CLI::ParseError& error) {
    throw Error(ExitCode::input, error.what(), fmt::format("see {} --help", app_.get_name()));
  }
}

}  // namespace sandbox::cli
