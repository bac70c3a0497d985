#include "doors/presets.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/error.hpp"
#include "base/find_program.hpp"
#include "base/said.hpp"
#include "base/text.hpp"
#include "doors/apt.hpp"
#include "doors/settings.hpp"
#include "doors/url.hpp"

extern char** environ;

namespace sandbox::doors {

namespace {

constexpr std::size_t kMaxFile = 1 << 20;

std::string ask_program(const std::vector<std::string>& words, const std::map<std::string, std::string>& environment) {
  const auto path = environment.find("PATH");
  Command command;
  command.program = find_program(words.front(), path == environment.end() ? "/usr/bin:/bin" : path->second);
  if (command.program.empty()) return {};
  command.arguments = words;
  for (const auto& [name, value] : environment) command.environment.push_back(fmt::format("{}={}", name, value));
  Said said = said_by(std::move(command), kMaxFile);
  return shell_code(said.ending) == 0 ? std::move(said.text) : std::string();
}

/// One manager's configuration as it is read.
class Reader {
 public:
  explicit Reader(const HostFiles& host) : host_(host) {}

  std::string variable(const std::string& name) const {
    const auto found = host_.environment.find(name);
    return found == host_.environment.end() ? "" : found->second;
  }
  std::string text(const Path& file) const {
    const Path path = file.is_absolute() ? host_.root / file.relative_path() : host_.home / file;
    return read_file_if_exists(path, kMaxFile).value_or("");
  }
  std::vector<Setting> settings(std::initializer_list<Path> files) const {
    std::vector<Setting> all;
    for (const Path& file : files) std::ranges::move(parse_settings(text(file)), std::back_inserter(all));
    return all;
  }
  std::vector<std::string> answer(const std::vector<std::string>& program) const {
    return host_.ask ? words(host_.ask(program)) : std::vector<std::string>();
  }

  /// A door to where the URL leads; its text without credentials, empty when it is none.
  std::string open(std::string_view text) {
    const auto url = parse_url(text);
    if (!url) return {};
    const bool odd = (url->scheme == "http" && url->port == 443) || (url->scheme == "https" && url->port == 80);
    const Rule rule{.host = url->host, .ports = {url->port}, .raw = odd, .private_too = true};
    if (std::ranges::find(preset.rules, rule) == preset.rules.end()) preset.rules.push_back(rule);
    return url->text;
  }

  const HostFiles& host() const { return host_; }
  Preset preset;

 private:
  const HostFiles& host_;
};

/// Of how the host fetches, what says nothing about whom it trusts with a password.
bool is_plain_fetching(std::string_view option) {
  constexpr std::string_view kStarts[] = {"Acquire::Check-", "Acquire::Retries", "Acquire::ForceIPv", "Acquire::Max-", "Acquire::Min-"};
  return std::ranges::any_of(kStarts, [&](std::string_view start) { return option.starts_with(start); });
}

/// The sources are those of the image: it was built with the host's, or see life/apt_doors.hpp.
void read_apt(Reader& reader) {
  for (const AptSource& source : host_apt_sources(reader.host().root / "etc"))
    for (const std::string& uri : source.uris) reader.open(uri);
  // Of a single id nothing else can be had; elsewhere root inside is nobody to be afraid of.
  std::string options = "APT::Sandbox::User \"root\";\n";
  const std::string dump = reader.host().ask ? reader.host().ask({"apt-config", "dump", "--format", "%F \"%v\";%n", "Acquire"}) : "";
  for (const std::string_view line : split(dump, '\n'))
    if (is_plain_fetching(line)) options += fmt::format("{}\n", line);
  reader.preset.files[std::string(kAptOptions)] = options;
}

void read_npm(Reader& reader) {
  std::string registry;
  for (const Setting& setting : reader.settings({"/usr/etc/npmrc", "/usr/local/etc/npmrc", "/etc/npmrc", ".npmrc"})) {
    if (setting.key == "registry") registry = setting.value;
    if (setting.key == "cafile") reader.preset.certificates.emplace_back(setting.value);
    if (setting.key.starts_with('@') && setting.key.ends_with(":registry"))
      if (const std::string url = reader.open(setting.value); !url.empty())
        reader.preset.environment["npm_config_" + setting.key] = url;
  }
  for (const char* name : {"NPM_CONFIG_REGISTRY", "npm_config_registry"})
    if (const std::string value = reader.variable(name); !value.empty()) registry = value;
  if (registry.empty())
    if (const auto answer = reader.answer({"npm", "config", "get", "registry"}); !answer.empty()) registry = answer.front();
  if (const std::string url = reader.open(registry); !url.empty()) reader.preset.environment["npm_config_registry"] = url;
}

void read_pip(Reader& reader) {
  std::string index = reader.variable("PIP_INDEX_URL"), extra = reader.variable("PIP_EXTRA_INDEX_URL");
  std::string certificate = reader.variable("PIP_CERT");
  for (const Setting& setting : reader.settings(
           {".config/pip/pip.conf", ".pip/pip.conf", "/etc/pip.conf", "/etc/xdg/pip/pip.conf"})) {
    if (setting.key == "index-url" && index.empty()) index = setting.value;
    if (setting.key == "extra-index-url" && extra.empty()) extra = setting.value;
    if (setting.key == "cert" && certificate.empty()) certificate = setting.value;
  }
  if (!certificate.empty()) reader.preset.certificates.emplace_back(certificate);
  if (index.empty()) {
    // pip knows its index and the host that keeps the files; both are needed.
    const auto answer = reader.answer({"python3", "-c",
        "from pip._internal.models.index import PyPI as p; print(p.simple_url, 'https://' + p.file_storage_domain)"});
    if (!answer.empty()) index = answer.front();
    if (answer.size() > 1) reader.open(answer[1]);
  }
  if (const std::string url = reader.open(index); !url.empty()) reader.preset.environment["PIP_INDEX_URL"] = url;
  std::string more;
  for (const std::string& word : words(extra))
    if (const std::string url = reader.open(word); !url.empty()) more += more.empty() ? url : " " + url;
  if (!more.empty()) reader.preset.environment["PIP_EXTRA_INDEX_URL"] = more;
}

/// "https://a,https://b|direct".
std::string open_list(Reader& reader, const std::string& list) {
  std::string clean;
  std::size_t at = 0;
  while (at < list.size()) {
    const std::size_t end = std::min(list.find_first_of(",|", at), list.size());
    const std::string url = reader.open(list.substr(at, end - at));
    clean += (url.empty() ? list.substr(at, end - at) : url) + (end < list.size() ? list.substr(end, 1) : "");
    at = end + 1;
  }
  return clean;
}

void read_go(Reader& reader) {
  std::map<std::string, std::string> found;
  for (const Setting& setting : reader.settings({".config/go/env"})) found[setting.key] = setting.value;
  for (const char* name : {"GOPROXY", "GOSUMDB", "GONOSUMDB"}) {
    if (const std::string value = reader.variable(name); !value.empty()) found[name] = value;
    if (!found[name].empty()) reader.preset.environment[name] = found[name];
  }
  if (found["GOPROXY"].empty())
    if (const auto answer = reader.answer({"go", "env", "GOPROXY"}); !answer.empty()) found["GOPROXY"] = answer.front();
  reader.preset.environment["GOPROXY"] = open_list(reader, found["GOPROXY"]);
}

/// What cargo inside gets: where sources are, and nothing that authenticates.
void read_cargo(Reader& reader) {
  std::string text, section;
  for (const Setting& setting : reader.settings({".cargo/config", ".cargo/config.toml"})) {
    const bool source = setting.section.starts_with("source."), registry = setting.section.starts_with("registries.");
    std::string value = setting.value;
    if ((source && setting.key == "registry") || (registry && setting.key == "index")) value = reader.open(value);
    else if (!(source && setting.key == "replace-with")) continue;
    if (value.empty()) continue;
    if (setting.section != section) text += fmt::format("[{}]\n", section = setting.section);
    text += fmt::format("{} = \"{}\"\n", setting.key, value);
  }
  if (!text.empty()) reader.preset.files["/.cargo/config.toml"] = text;
}

struct Known {
  std::string_view name;
  void (*read)(Reader&);
  std::string_view hint;
};

constexpr Known kKnown[] = {
    {"apt", read_apt, "see sources.list(5)"},
    {"npm", read_npm, "npm config set registry URL"},
    {"pip", read_pip, "pip config set global.index-url URL"},
    {"go", read_go, "go env -w GOPROXY=URL"},
    {"cargo", read_cargo, "replace the source crates-io in ~/.cargo/config.toml"},
};

constexpr std::string_view kGit = "git:";

Preset git_preset(std::string_view host) {
  Preset preset;
  preset.rules = {parse_rule(fmt::format("{}:22,443", host))};
  if (preset.rules.front().names != Rule::Names::one)
    throw Error(ExitCode::input, fmt::format("git:{}: name one forge", visible(host)));
  return preset;
}

}  // namespace

HostFiles HostFiles::real() {
  HostFiles host;
  for (char** variable = environ; *variable; ++variable) {
    const std::string_view text = *variable;
    if (const std::size_t equals = text.find('='); equals != text.npos)
      host.environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  host.home = host.environment["HOME"];
  host.ask = [environment = host.environment](const std::vector<std::string>& words) {
    return ask_program(words, environment);
  };
  return host;
}

std::vector<std::string_view> preset_names() {
  std::vector<std::string_view> names;
  for (const Known& known : kKnown) names.push_back(known.name);
  return names;
}

bool is_preset(std::string_view text) {
  return text.starts_with(kGit) || std::ranges::any_of(kKnown, [&](const Known& known) { return known.name == text; });
}

Preset read_preset(std::string_view text, const HostFiles& host) {
  if (text.starts_with(kGit)) return git_preset(text.substr(kGit.size()));
  const Known& known = *std::ranges::find_if(kKnown, [&](const Known& k) { return k.name == text; });
  Reader reader(host);
  known.read(reader);
  if (reader.preset.rules.empty())
    throw Error(HostCheck::doors, fmt::format("{} has no mirror configured on this host", known.name),
                fmt::format("{}, or name the host with --allow", known.hint));
  return std::move(reader.preset);
}

}  // namespace sandbox::doors
