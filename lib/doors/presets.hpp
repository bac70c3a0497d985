#pragma once
// Presets: the doors of a package manager, and what it needs inside to use them. Both come from
// the host's or the user's configuration of that manager, never from an image and never from
// this project; where nothing is configured, the manager itself is asked. Credentials stay out.
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.hpp"
#include "doors/rule.hpp"

namespace sandbox::doors {

/// Where configuration is read; tests have another.
struct HostFiles {
  Path root = "/";
  Path home;
  std::map<std::string, std::string> environment;
  /// The output of a program of the host, empty when there is none or it fails.
  std::function<std::string(const std::vector<std::string>&)> ask;

  static HostFiles real();
};

struct Preset {
  std::vector<Rule> rules;
  std::map<std::string, std::string> environment;  ///< of commands inside
  std::map<std::string, std::string> files;        ///< absolute path inside, content
  std::vector<Path> certificates;                  ///< of the host, for this manager
};

/// Those with a name of their own: apt, npm, pip, go, cargo.
std::vector<std::string_view> preset_names();

/// One of them, or git:HOST.
bool is_preset(std::string_view text);

/// Throws Error(host) when the manager has no configuration and cannot be asked.
Preset read_preset(std::string_view text, const HostFiles& host);

}  // namespace sandbox::doors
