#pragma once
// tool_main: the one main() of every tool. It prepares the process, runs the body, and turns
// an Error into one line on stderr, a hint, a record on --status-fd and an exit code.
#include "base/error.hpp"

namespace sandbox::cli {

/// The body parses its options (cli/options.hpp), does the work and returns the exit code:
/// a plain int, because exec and run pass a command's own status through.
int tool_main(const char* name, int argc, char** argv, int (*body)(int argc, char** argv));

/// Says an error on stderr and on --status-fd, for a tool that goes on; the exit code that it
/// stands for.
int tell(const char* tool, const Error& error);

/// From here on the exit code is the command's: a failure of ours is 125 (or 124, 126, 127),
/// whatever its own code; the record on --status-fd still has that.
void pass_status_through();

/// Where --status-fd asked for the error record; -1: nowhere. Set by the option parser.
void set_status_fd(int fd);

}  // namespace sandbox::cli
