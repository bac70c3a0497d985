#include "life/cdi.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <ranges>

#include "base/error.hpp"
#include "base/said.hpp"
#include "base/text.hpp"
#include "record/fields.hpp"

namespace sandbox::life {

namespace {

using record::field;
using record::field_if;

constexpr std::size_t kMostBytes = 4 << 20;
constexpr std::size_t kMostFiles = 1000;

/// Reads one file's objects; each complaint names the file.
class Reader {
 public:
  explicit Reader(const std::string& shown) : shown_(shown) {}

  Error problem(const std::string& what) const {
    return Error(HostCheck::devices, fmt::format("cannot use '{}': {}", visible(shown_), what), "have its vendor's tool write it again");
  }

  void check(const Json& object, std::initializer_list<std::string_view> known) const {
    if (!object.is_object()) throw problem("an object was expected");
    for (const auto& [name, value] : object.items())
      if (std::ranges::find(known, std::string_view(name)) == known.end())
        throw problem(fmt::format("the unknown field '{}'", visible(name)));
  }

  void check_version(const std::string& text) const {
    int major = -1, minor = -1;
    const char* const end = text.data() + text.size();
    const auto [dot, first] = std::from_chars(text.data(), end, major);
    const bool dotted = first == std::errc() && dot != end && *dot == '.';
    if (!dotted || std::from_chars(dot + 1, end, minor).ec != std::errc() || major > 1 || (major == 1 && minor > 1))
      throw problem(fmt::format("version '{}', and only those up to 1.1 are known", visible(text)));
  }

  /// Appends what an object `containerEdits` asks for.
  void read_edits(const Json& json, CdiEdits& edits) const {
    check(json, {"env", "deviceNodes", "mounts", "hooks", "additionalGids", "intelRdt", "netDevices"});
    if (json.contains("netDevices")) throw problem("a network device, and none can be moved into a sandbox");
    for (const auto& text : field_if<std::vector<std::string>>(json, "env").value_or(std::vector<std::string>{})) {
      if (text.find('=') == text.npos || text.front() == '=') throw problem(fmt::format("no variable: '{}'", visible(text)));
      edits.env.push_back(text);
    }
    for (const Json& node : list(json, "deviceNodes")) edits.nodes.push_back(read_node(node));
    for (const Json& mount : list(json, "mounts")) read_mount(mount, edits);
    for (const Json& hook : list(json, "hooks")) {
      check(hook, {"hookName", "path", "args", "env", "timeout"});
      edits.ignored.push_back(fmt::format("hook {}: {}", field<std::string>(hook, "hookName"), field<std::string>(hook, "path")));
    }
    for (const char* name : {"additionalGids", "intelRdt"})
      if (json.contains(name)) edits.ignored.push_back(name);
  }

 private:
  static std::vector<Json> list(const Json& json, const char* name) {
    return field_if<std::vector<Json>>(json, name).value_or(std::vector<Json>{});
  }

  CdiNode read_node(const Json& json) const {
    check(json, {"path", "hostPath", "type", "major", "minor", "fileMode", "permissions", "uid", "gid"});
    CdiNode node;
    node.path = field<std::string>(json, "path");
    node.host = field_if<std::string>(json, "hostPath").value_or(node.path);
    node.mode = field_if<unsigned>(json, "fileMode");
    node.major = field_if<unsigned>(json, "major");
    node.minor = field_if<unsigned>(json, "minor");
    const bool plain = node.path.starts_with("/dev/") && node.path.find("..") == node.path.npos && node.path != "/dev/";
    if (!plain || !node.host.is_absolute()) throw problem(fmt::format("a device node at '{}'", visible(node.path)));
    return node;
  }

  void read_mount(const Json& json, CdiEdits& edits) const {
    check(json, {"hostPath", "containerPath", "options", "type"});
    const CdiMount mount{field<std::string>(json, "hostPath"), field<std::string>(json, "containerPath")};
    struct stat info {};
    if (!mount.host.is_absolute() || ::stat(mount.host.c_str(), &info) < 0)
      throw problem(fmt::format("'{}', which it wants to be shown, is not there", visible(mount.host.native())));
    // A socket would be a way out to whatever listens.
    if (S_ISDIR(info.st_mode) || S_ISREG(info.st_mode)) edits.mounts.push_back(mount);
    else edits.ignored.push_back(fmt::format("mount of {}, which is neither a folder nor a file", mount.host.native()));
  }

  const std::string& shown_;
};

/// YAML is read by a program of its own: its parser is too large for every launch.
std::string yaml_as_json(const Path& file) {
  Command command;
  command.program = libexec_directory() / "sandbox-cdi";
  command.arguments = {"sandbox-cdi", file.native()};
  command.descriptors = {{2, 2}};
  Said said = said_by(std::move(command), kMostBytes);
  if (shell_code(said.ending) != 0)
    throw Error(HostCheck::devices, fmt::format("cannot use '{}'", visible(file.native())), "have its vendor's tool write it again");
  return std::move(said.text);
}

void check_owner(const Path& file) {
  struct stat info {};
  if (::stat(file.c_str(), &info) < 0) throw_system_error("cannot look at", file.native(), HostCheck::devices);
  const bool trusted = (info.st_uid == 0 || info.st_uid == ::geteuid()) && (info.st_mode & 022) == 0;
  if (!trusted)
    throw Error(HostCheck::devices, fmt::format("'{}' can be changed by others: it is not believed", visible(file.native())),
                "chown it to root, and chmod go-w");
}

/// In the order of their names, as everybody reads them.
std::vector<Path> files_in(const std::string& folder) {
  std::vector<Path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string extension = entry.path().extension();
    if (extension == ".json" || extension == ".yaml" || extension == ".yml") files.push_back(entry.path());
    if (files.size() == kMostFiles) break;
  }
  std::ranges::sort(files);
  return files;
}

Json read_cdi(const Path& file) {
  check_owner(file);
  const std::string text = file.extension() == ".json" ? read_file(file, kMostBytes) : yaml_as_json(file);
  return record::parse(text, file.native());
}

}  // namespace

std::optional<CdiEdits> find_in_cdi(const Json& file, const std::string& device, const std::string& shown) {
  const Reader reader(shown);
  const std::size_t equals = device.find('=');
  CdiEdits edits;
  try {
    reader.check(file, {"cdiVersion", "kind", "annotations", "containerEdits", "devices"});
    reader.check_version(field<std::string>(file, "cdiVersion"));
    if (field<std::string>(file, "kind") != device.substr(0, equals)) return std::nullopt;
    for (const Json& one : field<std::vector<Json>>(file, "devices")) {
      reader.check(one, {"name", "annotations", "containerEdits"});
      if (field<std::string>(one, "name") != device.substr(equals + 1)) continue;
      reader.read_edits(field<Json>(one, "containerEdits"), edits);
      if (const auto general = field_if<Json>(file, "containerEdits")) reader.read_edits(*general, edits);
      return edits;
    }
  } catch (const Error& error) {
    if (error.code() == ExitCode::host) throw;
    throw reader.problem(error.what());
  }
  return std::nullopt;
}

CdiEdits find_device(const std::vector<std::string>& folders, const std::string& device) {
  for (const std::string& folder : folders | std::views::reverse)
    for (const Path& file : files_in(folder))
      if (auto edits = find_in_cdi(read_cdi(file), device, file.native())) return std::move(*edits);
  const bool nvidia = device.starts_with("nvidia.com/");
  throw Error(HostCheck::devices, fmt::format("this host describes no device '{}'", visible(device)),
              fmt::format("{}, or --no-devices to go without",
                          nvidia ? "nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml"
                                 : "have its vendor's tool write a description into /etc/cdi"));
}

}  // namespace sandbox::life
