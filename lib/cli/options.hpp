#pragma once
// Options: CLI11 with this project's manners. --help answers on stdout with 0; a mistake gets
// one line and a suggestion, never the manual. Only a tool's main.cpp includes this header:
// the verb sees a plain struct.
#include <CLI/CLI.hpp>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/complete.hpp"
#include "cli/output.hpp"

namespace sandbox::cli {

/// --help, --version and their like were answered: leave with this code.
struct Answered {
  int code;
};

struct Example {
  std::string command;
  std::string says;
};

class Options {
 public:
  /// `tool` as it is called, `does` as in the table of tools.
  Options(const std::string& tool, const std::string& does);

  CLI::App& app() { return app_; }

  CLI::Option* flag(const std::string& names, bool& into, const std::string& text);
  template <class T>
  CLI::Option* option(const std::string& names, T& into, const std::string& value,
                      const std::string& text) {
    return app_.add_option(names, into, text)->type_name(value);
  }
  /// 512M, 2G; see base/quantity.hpp.
  CLI::Option* size(const std::string& names, std::optional<std::uint64_t>& into,
                    const std::string& text);
  /// 90s, 2h, 1h30m.
  CLI::Option* duration(const std::string& names, std::optional<std::chrono::milliseconds>& into,
                        const std::string& text);
  /// NAME=VALUE, repeatable. With `inherit`, NAME alone takes the value of our environment.
  enum class Bare { refused, inherited, empty };
  CLI::Option* pairs(const std::string& names, std::map<std::string, std::string>& into, Bare bare,
                     const std::string& text);
  /// --format, --json, --quiet, --status-fd; for tools that print records.
  void output(Output& into);
  /// Everything after `--` (or after the positionals) goes to `into`, untouched.
  void command(std::vector<std::string>& into, const std::string& text);
  void examples(std::vector<Example> examples) { examples_ = std::move(examples); }

  /// All that the values of an option (or of the positional) of that name can be, for shells.
  void words(const std::string& name, std::vector<std::string> words) { words_[name] = std::move(words); }

  /// Throws Answered after --help and --version, Error(input) on a mistake.
  void parse(int argc, char** argv);

 private:
  std::string help() const;
  std::string suggestion(const std::string& word) const;
  Grammar grammar() const;
  CLI::App app_;
  std::vector<Example> examples_;
  std::map<std::string, std::vector<std::string>> words_;
  std::vector<std::string>* command_ = nullptr;
};

}  // namespace sandbox::cli
