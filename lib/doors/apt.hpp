#pragma once
// Apt: what the host's apt configuration says about where packages come from. Nothing about
// mirrors is written in this project: a machine that can install packages can build images.
#include <string>
#include <string_view>
#include <vector>

#include "base/file.hpp"

namespace sandbox::doors {

/// Where the preset puts options for the apt inside.
inline constexpr std::string_view kAptOptions = "/etc/apt/apt.conf.d/99sandbox-doors";

/// One archive: "URIs", "Suites", "Components" and "Signed-By" of deb822.
struct AptSource {
  std::vector<std::string> uris, suites, components;
  std::string signed_by;  ///< a path, an inline key, or empty
  bool enabled = true;    ///< deb822 can switch an entry off
};

/// Reads both formats, one-line and deb822. Source packages are left out.
std::vector<AptSource> parse_apt_list(std::string_view text);     ///< *.list
std::vector<AptSource> parse_apt_sources(std::string_view text);  ///< *.sources

/// ETC/apt/sources.list and sources.list.d.
enum class SwitchedOff { left_out, kept };
std::vector<AptSource> host_apt_sources(const Path& etc = "/etc", SwitchedOff off = SwitchedOff::left_out);

/// Those that carry the distribution itself, turned to another of its releases: entries with
/// component main, suites NATIVE or NATIVE-*, signed by the distribution's key or by one that
/// apt trusts anyway. Throws Error(host) when there are none.
std::vector<AptSource> sources_for(const std::vector<AptSource>& host, const std::string& native,
                                   const std::string& suite);

/// Those for a distribution that is not the host's, "debian" or "ubuntu": entries for that very
/// release, signed by that distribution's key. One that is switched off will do: apt itself
/// should not install from it. Throws Error(host) with the fix when there are none.
std::vector<AptSource> foreign_sources(const std::vector<AptSource>& host, const std::string& distribution,
                                       const std::string& suite);

/// With further suites of the archive that has `suite`: its backports.
std::vector<AptSource> with_suites(std::vector<AptSource> sources, const std::string& suite,
                                   const std::vector<std::string>& further);

/// As a deb822 file; without user and password in its URIs if asked.
enum class Credentials { kept, removed };
std::string deb822(const std::vector<AptSource>& sources, Credentials credentials);

/// VERSION_CODENAME and ID of ETC/os-release.
struct Release {
  std::string id, codename;
};
Release release_of(std::string_view os_release);
Release host_release(const Path& etc = "/etc");

/// The hash of the files that decide what apt would fetch.
std::string apt_fingerprint(const Path& etc = "/etc");

}  // namespace sandbox::doors
