#pragma once
// Script: what a piece of shell does that a careful one would not, line by line, by its text
// alone: a script is never run. What hides on purpose is not found; what careless hands write is.
#include <string>
#include <string_view>
#include <vector>

namespace sandbox::scan {

/// A line and where it stands in its file.
struct ScriptLine {
  int number = 0;
  std::string text;
};

/// Of a whole file: what a backslash continues is one line, comments are none.
std::vector<ScriptLine> script_lines(std::string_view text, int first = 1);

struct Doubt {
  std::string_view rule;
  int line = 0;
  std::string message;
};

std::vector<Doubt> doubts_about(const std::vector<ScriptLine>& script);

/// NAME=VALUE of an environment: what turns a check off.
bool turns_a_check_off(std::string_view assignment);

/// Begins with #! and the name of a shell, or is called so.
bool is_script(std::string_view name, std::string_view text);

}  // namespace sandbox::scan
