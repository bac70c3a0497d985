#pragma once
// Warn: one line on stderr, for what does not stop the tool. Errors are not for here: they are
// thrown, and tool_main says them.
#include <string>

namespace sandbox::cli {

/// "TOOL: text"; of text from outside everything is made visible.
void warn(const std::string& text);

/// The tool that runs, as tool_main() was told.
const char* tool_name();
void set_tool_name(const char* name);

}  // namespace sandbox::cli
