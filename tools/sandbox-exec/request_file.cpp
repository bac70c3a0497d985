#include "request_file.hpp"

#include <fmt/format.h>

#include <array>

#include "base/error.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "record/json.hpp"

namespace sandbox::tool {

namespace {

constexpr std::array<std::string_view, 6> kKeys = {"files", "commands", "timeout", "env", "cwd", "user"};

class RequestParser {
 public:
  RequestParser(std::string_view subject, const life::Request& defaults) : subject_(subject), defaults_(defaults) {}

  Job parse(const Json& request) {
    if (!request.is_object()) fail("not a JSON object");
    check_keys(request);
    if (request.contains("timeout")) defaults_.timeout = duration(request["timeout"]);
    if (request.contains("env")) take_env(request["env"]);
    if (request.contains("cwd")) {
      defaults_.cwd = text(request["cwd"], "cwd");
      defaults_.cwd_from = "cwd";
    }
    if (request.contains("user")) defaults_.user = text(request["user"], "user");
    Job job;
    job.user = defaults_.user;
    if (request.contains("files")) take_files(request["files"], job);
    if (request.contains("commands")) take_commands(request["commands"], job);
    if (job.commands.empty() && job.puts.empty()) fail("neither 'commands' nor 'files'");
    return job;
  }

 private:
  [[noreturn]] void fail(const std::string& problem, const std::string& hint = {}) const {
    throw Error(ExitCode::input, fmt::format("{}: {}", subject_, problem), hint);
  }

  void check_keys(const Json& request) const {
    for (const auto& [key, value] : request.items()) {
      if (std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end()) continue;
      const std::string near = nearest(key, kKeys);
      fail(fmt::format("unknown key '{}'", visible(key)),
           near.empty() ? "one of files, commands, timeout, env, cwd, user" : fmt::format("did you mean '{}'?", near));
    }
  }

  std::string text(const Json& value, const std::string& where) const {
    if (!value.is_string() || value.get_ref<const std::string&>().empty()) fail(fmt::format("'{}' is not a text", where));
    return no_nul(value.get<std::string>(), where);
  }

  std::string no_nul(std::string value, const std::string& where) const {
    if (value.find('\0') != std::string::npos) fail(fmt::format("'{}' holds a NUL", where));
    return value;
  }

  std::chrono::milliseconds duration(const Json& value) const try {
    const auto parsed = parse_duration(text(value, "timeout"));
    if (parsed.count() <= 0) fail("'timeout' is not longer than zero");
    return parsed;
  } catch (const Error& error) {
    throw Error(ExitCode::input, fmt::format("{}: 'timeout': {}", subject_, error.what()), error.hint());
  }

  void take_env(const Json& env) {
    if (!env.is_object()) fail("'env' is not an object");
    for (const auto& [name, value] : env.items()) {
      if (name.empty() || name.find('=') != std::string::npos || name.find('\0') != std::string::npos)
        fail(fmt::format("'env': '{}' is no name of a variable", visible(name)));
      if (!value.is_string()) fail(fmt::format("'env': '{}' is not a text", visible(name)));
      defaults_.env[name] = no_nul(value.get<std::string>(), "env");
    }
  }

  void take_files(const Json& files, Job& job) const {
    if (!files.is_object()) fail("'files' is not an object");
    for (const auto& [path, content] : files.items()) {
      if (path.empty()) fail("'files': an empty path");
      try {
        job.puts.push_back({no_nul(path, "files"), {}, record::text_of(content)});
      } catch (const Error& error) {
        fail(fmt::format("'files': '{}': {}", visible(path), error.what()));
      }
    }
  }

  void take_commands(const Json& commands, Job& job) const {
    if (!commands.is_array()) fail("'commands' is not a list");
    for (std::size_t i = 0; i < commands.size(); ++i) {
      life::Request request = defaults_;
      request.argv = argv_of(commands[i], fmt::format("commands[{}]", i));
      job.commands.push_back(std::move(request));
    }
  }

  std::vector<std::string> argv_of(const Json& command, const std::string& where) const {
    if (command.is_string()) return shell_argv(text(command, where));
    if (!command.is_array() || command.empty()) fail(fmt::format("'{}' is neither a text nor a list of texts", where));
    std::vector<std::string> argv;
    for (const Json& argument : command) {
      if (!argument.is_string()) fail(fmt::format("'{}' holds something that is not a text", where));
      argv.push_back(no_nul(argument.get<std::string>(), where));
    }
    if (argv.front().empty()) fail(fmt::format("'{}' names no program", where));
    return argv;
  }

  std::string subject_;
  life::Request defaults_;
};

}  // namespace

Job parse_request(std::string_view text, std::string_view subject, const life::Request& defaults) {
  return RequestParser(subject, defaults).parse(record::parse(text, subject));
}

}  // namespace sandbox::tool
