#pragma once
// Job: all that one call of sandbox-exec does in a sandbox: files in, commands, files out.
#include <optional>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "life/flow.hpp"
#include "life/request.hpp"

namespace sandbox::tool {

/// A file to put: from the host, or with its bytes in a request.
struct PutFile {
  std::string path;  ///< in the sandbox
  std::optional<Path> local;
  std::string bytes;
};

struct GetFile {
  std::string path;  ///< in the sandbox
  Path local;
};

struct Job {
  std::vector<PutFile> puts;
  std::vector<life::Request> commands;
  std::vector<GetFile> gets;
  std::optional<std::string> user;  ///< for the files
  std::size_t jobs = 1;
  bool keep_going = false;
  life::PassFlow::Hash hash = life::PassFlow::Hash::no;  ///< of what passes through, for the log
  std::optional<Path> output_directory;  ///< all output goes there, beside what a record keeps
};

/// "LOCAL:PATH" and "PATH:LOCAL"; throw Error(input).
PutFile parse_put(const std::string& text);
GetFile parse_get(const std::string& text);

/// The command as /bin/sh runs it.
std::vector<std::string> shell_argv(const std::string& command);

}  // namespace sandbox::tool
