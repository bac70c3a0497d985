#include "life.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "human.hpp"
#include "quote.hpp"

namespace sandbox::tool {

namespace {

/// The field, or null.
Json at(const Json& event, const char* name) { return event.is_object() ? event.value(name, Json()) : Json(); }

std::string option_if(const char* option, const Json& value) {
  if (value.is_string()) return fmt::format(" {} {}", option, quoted(value));
  return value.is_number() ? fmt::format(" {} {}", option, value.dump()) : std::string();
}

std::string launch_line(const Json& event) {
  std::string line = "sandbox=$(sandbox-launch -q";
  line += option_if("--user", at(event, "user")) + option_if("--workdir", at(event, "workdir"));
  const Json limits = at(event, "limits");
  const std::pair<const char*, const char*> options[] = {
      {"--memory", "memory_bytes"}, {"--disk", "disk_bytes"}, {"--pids", "pids"}, {"--cpus", "cpus"}, {"--open-files", "open_files"}};
  for (const auto& [option, field] : options) line += option_if(option, at(limits, field));
  const Json absent = at(event, "absent");
  for (const char* wall : {"memory", "disk", "pids"})
    if (absent.is_array())
      for (const Json& name : absent)
        if (name == wall) line += fmt::format(" --allow-missing {}", wall);
  const Json doors = at(event, "doors");
  for (const Json& rule : at(doors, "rules")) line += option_if("--allow", at(rule, "allow"));
  for (const Json& block : at(doors, "blocks")) line += option_if("--allow-cidr", block);
  return line + fmt::format(" \"${{1:-{}}}\") || exit\ntrap 'sandbox-reap -q \"$sandbox\" >/dev/null' EXIT\n", at(event, "image_digest").get<std::string>());
}

std::string command_line(const record::Entry& entry) {
  const Json& event = entry.event;
  std::string line = "sandbox-exec";
  if (at(event, "pid").is_number()) line += " --detach";
  line += option_if("--user", at(event, "user")) + option_if("--cwd", at(event, "cwd")) + " \"$sandbox\" --";
  for (const Json& argument : at(event, "argv")) line += " " + quoted(argument);
  return line + "\n";
}

/// For what cannot be done again.
std::string note(const std::string& text) { return "# " + visible(text) + "\n"; }

std::string lines_of(const record::Entry& entry) {
  if (entry.kind == "launch") return launch_line(entry.event);
  if (entry.kind != "command") return note(fmt::format("{}: {}", entry.kind, summary(entry)));
  std::string lines = note(summary(entry));
  const Json env = at(entry.event, "env");
  if (env.is_array() && !env.empty()) lines += note("with other values of variables: " + record::dump(env));
  return lines + (entry.shortened ? note("cut short in the log, so not run") : command_line(entry));
}

}  // namespace

std::string replay(const std::string& id, const std::vector<record::Entry>& entries) {
  std::string script = fmt::format(
      "#!/bin/bash\n"
      "# The life of {}, from the log. The image is the script's argument, or the one it was.\n"
      "# Values of variables and secrets, stdin, and the bytes of copied files are not in a log.\n",
      visible(id));
  for (const record::Entry& entry : entries) try {
      script += lines_of(entry);
    } catch (const std::exception&) {
      script += note("an entry of another version: " + entry.kind);
    }
  return script;
}

}  // namespace sandbox::tool
