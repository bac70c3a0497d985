#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/text.hpp"
#include "build/bases.hpp"
#include "build/dpkg_options.hpp"
#include "build/program.hpp"
#include "build/taken.hpp"
#include "doors/apt.hpp"
#include "record/json.hpp"

namespace sandbox::build {

using doors::AptSource;
using doors::Credentials;

namespace {

/// Run by mmdebstrap when everything is installed, with the tree as $1, still confined. What
/// came from the host's configuration goes: it may hold passwords and says where we are.
constexpr const char* kCustomize =
    "set -e; cd \"$1\"; "
    "if [ -e /work/locking ]; then "
    "  dpkg-query --admindir=var/lib/dpkg -W -f '${binary:Package}=${Version}\\n' >/work/installed; "
    "  APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get -q --print-uris download $(cat /work/installed) >/work/taken; "
    "fi; "
    "rm -f etc/apt/apt.conf.d/99mmdebstrap etc/dpkg/dpkg.cfg.d/99mmdebstrap; "
    "rm -f etc/apt/sources.list etc/apt/sources.list.d/*; "
    "cp /work/neutral.sources etc/apt/sources.list.d/debian.sources; "
    "rm -f etc/resolv.conf etc/hostname etc/hosts; "
    "rm -rf var/log/* var/cache/apt/*.bin var/cache/debconf/*-old var/lib/dpkg/*-old";

/// Before anything is installed: all that is locked is there, or apt says what is not.
constexpr const char* kSetup =
    "set -e; export APT_CONFIG=\"$MMDEBSTRAP_APT_CONFIG\"; apt-get -q update --error-on=any; "
    "LC_ALL=C apt-get -q --print-uris download $(cat /work/words) >/work/taken 2>/work/said || { cat /work/said; exit 1; }";

void write_file(const Path& path, std::string_view text) {
  const Fd fd = checked_fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644),
                           "cannot create", path.native());
  write_all(fd.get(), text, path.native());
}

/// Of the host's settings, those about fetching. Others would only slow the build down
/// (GzipIndexes) or fetch what it does not need.
constexpr std::array<std::string_view, 9> kFetching = {
    "Acquire::http", "Acquire::ftp", "Acquire::tor", "Acquire::Check-", "Acquire::Retries",
    "Acquire::ForceIPv", "Acquire::Allow", "Acquire::Max-", "Acquire::Min-"};

/// How the host's apt fetches: proxies, checks, retries. mmdebstrap would not ask it.
std::string apt_options(const Workplace& place) {
  const Path file = place.folder / "apt.dump";
  const Fd dump = checked_fd(::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600), "cannot create",
                             file.native());
  Program program;
  program.path = "/usr/bin/apt-config";
  program.arguments = {"apt-config", "dump", "--format", "%F \"%v\";%n", "Acquire"};
  program.shown = {"/etc/apt"};
  program.output = dump.get();
  if (!run_program(program, place)) throw build_failed("apt's configuration cannot be read");
  std::string options;
  const std::string text = read_file(file, std::size_t{1} << 20);
  for (const std::string_view line : split(text, '\n'))
    if (std::ranges::any_of(kFetching, [&](std::string_view start) { return line.starts_with(start); }))
      options += fmt::format("{}\n", line);
  return options + "Acquire::Languages \"none\";\n";
}

/// `Acquire::http::Proxy "URL";` and its like.
std::vector<std::string> apt_proxies(const std::string& options) {
  std::vector<std::string> urls;
  for (const std::string_view line : split(options, '\n')) {
    const std::size_t open = line.find('"'), shut = line.rfind('"');
    if (line.find("::Proxy") == line.npos || open == line.npos || shut <= open) continue;
    urls.emplace_back(line.substr(open + 1, shut - open - 1));
  }
  return urls;
}

std::string distribution_of(const Recipe& recipe) { return recipe.from.kind == Base::Kind::ubuntu ? "ubuntu" : "debian"; }

std::vector<AptSource> sources(const Recipe& recipe) {
  const doors::Release release = doors::host_release();
  const std::string distribution = distribution_of(recipe), &suite = recipe.from.value;
  std::vector<AptSource> base = release.id == distribution ? sources_for(doors::host_apt_sources(), release.codename, suite)
                                                           : foreign_sources(doors::host_apt_sources("/etc", doors::SwitchedOff::kept), distribution, suite);
  return with_suites(std::move(base), suite, recipe.suites);
}

Program mmdebstrap(const Recipe& recipe, const Workplace& place) {
  Program program;
  program.path = "/usr/bin/mmdebstrap";
  program.arguments = {"mmdebstrap",
                       "--mode=root",  // of the confined run's user namespace
                       "--variant=minbase",
                       "--format=directory",
                       "--dpkgopt=/work/dpkg.conf",
                       "--aptopt=/work/apt.conf",
                       // A user's namespace can neither make nodes nor mount a devpts: /dev is ours.
                       "--skip=output/dev,check/empty,chroot/mount/dev",
                       fmt::format("--customize-hook={}", kCustomize)};
  if (place.locked) program.arguments.push_back(fmt::format("--setup-hook={}", kSetup));
  for (const std::string& name : place.locked ? pinned_names(recipe.packages, place.locked->packages) : recipe.packages)
    program.arguments.push_back("--include=" + name);
  program.arguments.insert(program.arguments.end(),
                           {recipe.from.value, fmt::format("/work/{}", kTree), "/work/debian.sources"});
  program.roots = {fmt::format("/work/{}", kTree)};
  program.shown = {"/etc/apt/trusted.gpg.d", "/etc/apt/keyrings", "/etc/dpkg"};
  program.doors = {"apt"};
  return program;
}

void bootstrap(const Recipe& recipe, const Workplace& place) {
  const std::vector<AptSource> from = sources(recipe);
  write_file(place.folder / "debian.sources", deb822(from, Credentials::kept));
  write_file(place.folder / "neutral.sources", deb822(from, Credentials::removed));
  write_file(place.folder / "dpkg.conf", kDpkgOptions);
  std::string options = apt_options(place);
  if (place.locked) {
    write_file(place.folder / "words", apt_words(place.locked->packages));
    write_file(place.folder / "pins", apt_pins(place.locked->packages));
    options += "Dir::Etc::preferences \"/work/pins\";\n";
  }
  const bool locking = place.locked || place.taken;
  if (locking) write_file(place.folder / "locking", "");
  write_file(place.folder / "apt.conf", options);
  Program program = mmdebstrap(recipe, place);
  program.proxies = apt_proxies(options);
  // The preset has no doors to what apt itself does not use.
  for (const AptSource& source : from) program.proxies.insert(program.proxies.end(), source.uris.begin(), source.uris.end());
  if (!(place.locked ? run_kept(program, place) : run_program(program, place))) {
    blame(place, read_told(place.folder, "told"));
    throw build_failed(fmt::format("{}:{} could not be installed", distribution_of(recipe), recipe.from.value));
  }
  if (locking) settle(place, parse_apt_uris(read_told(place.folder, "taken")));
}

}  // namespace

Step debian_step(const Recipe& recipe) {
  const Json text = {{"step", distribution_of(recipe)}, {"suite", recipe.from.value}, {"suites", recipe.suites}, {"packages", recipe.packages}, {"apt", doors::apt_fingerprint()}};
  Step step{"packages", record::dump(text), true, [recipe](const Workplace& place) { bootstrap(recipe, place); }};
  step.lockable = Locked{.of = fmt::format("{}:{}", distribution_of(recipe), recipe.from.value), .asked = recipe.packages};
  return step;
}

}  // namespace sandbox::build
