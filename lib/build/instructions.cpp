#include "build/instructions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "build/dpkg_options.hpp"
#include "build/files.hpp"
#include "build/recipe_parts.hpp"
#include "build/sandboxed.hpp"
#include "build/taken.hpp"
#include "build/times.hpp"
#include "doors/apt.hpp"
#include "doors/presets.hpp"
#include "record/json.hpp"

namespace sandbox::build {

namespace {

using Kind = Instruction::Kind;
using Environment = std::map<std::string, std::string>;

constexpr std::chrono::hours kTimeout{1};

/// The same step makes the same files: no time of day gets into them.
const std::string kEpochText = std::to_string(kEpoch);
const Environment kInstalling = {{"DEBIAN_FRONTEND", "noninteractive"}, {"SOURCE_DATE_EPOCH", kEpochText}, {"HOME", "/tmp"}};

/// Services of the packages are not started. What apt and dpkg keep for themselves goes, and
/// what would make every sandbox of the image the same machine.
constexpr const char* kApt = R"sh(
cat >/tmp/locked
policy=/usr/sbin/policy-rc.d
[ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' >$policy; chmod 755 $policy; made=$policy; }
printf '%s' "$DPKG_OPTIONS" >/etc/dpkg/dpkg.cfg.d/99sandbox
set -- -q -y -o APT::Sandbox::User=root -o Acquire::Languages=none -o APT::Install-Recommends=false \
  -o Dpkg::Options::=--force-confold -o Dpkg::Use-Pty=0
bundle=/etc/ssl/certs/sandbox-doors.crt
[ ! -e $bundle ] || set -- "$@" -o Acquire::https::CAInfo=$bundle
apt-get "$@" update
if [ "$LOCKING" = locked ]; then
  set -- "$@" -o Dir::Etc::preferences=/tmp/pins
  sed '/^$/,$d' /tmp/locked >/tmp/words
  sed '1,/^$/d' /tmp/locked >/tmp/pins
  [ ! -s /tmp/words ] || LC_ALL=C apt-get -q --print-uris download $(cat /tmp/words) >/tmp/taken 2>/tmp/said || { cat /tmp/said; exit 1; }
fi
installed() { dpkg-query -W -f '${db:Status-Status} ${binary:Package}=${Version}\n' | sed -n 's/^installed //p' | LC_ALL=C sort; }
[ -z "$LOCKING" ] || installed >/tmp/before
{ apt-get "$@" install -- $PACKAGES 2>&1 || : >/tmp/failed; } | tee /tmp/said
[ ! -e /tmp/failed ]
if [ -n "$LOCKING" ]; then
  installed >/tmp/after
  LC_ALL=C comm -13 /tmp/before /tmp/after >/tmp/new
  : >/tmp/taken
  [ ! -s /tmp/new ] || apt-get -q --print-uris download $(cat /tmp/new) >/tmp/taken
fi
rm -f $made /etc/dpkg/dpkg.cfg.d/99sandbox /var/cache/ldconfig/aux-cache
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/apt/archives/*.deb /var/log/apt \
  /var/cache/debconf/*-old /var/lib/dpkg/*-old
find /var/log -type f -exec rm -f {} +
[ ! -s /etc/machine-id ] || : >/etc/machine-id
rm -f /var/lib/dbus/machine-id
)sh";

/// Globally, npm keeps no lock. What is locked is installed as in a project, laid out as npm
/// does it globally, and moved there.
constexpr const char* kNpm = R"sh(
command -v npm >/dev/null || { echo 'npm is not in the image: packages: [npm] comes first'; exit 1; }
set -f
set -- --no-audit --no-fund --no-update-notifier --cache /tmp/npm
[ -n "$LOCKING" ] || exec npm install --global "$@" -- $PACKAGES
prefix=$(npm prefix --global)
mkdir /tmp/project
cd /tmp/project
set -- "$@" --install-strategy=shallow --omit-lockfile-registry-resolved --ignore-scripts=false
if [ "$LOCKING" = locked ]; then
  cat >package-lock.json
  node -e 'const lock = JSON.parse(require("fs").readFileSync("package-lock.json"));
    require("fs").writeFileSync("package.json", JSON.stringify(lock.packages[""]))'
else
  echo '{"name": "image", "version": "0.0.0"}' >package.json
  npm install --package-lock-only "$@" -- $PACKAGES
fi
cp package-lock.json /tmp/taken
npm ci "$@" >/tmp/said 2>&1 || { cat /tmp/said; exit 1; }
cat /tmp/said
modules=$prefix/lib/node_modules
node -p 'Object.keys(JSON.parse(require("fs").readFileSync("package.json")).dependencies).join("\n")' | while read -r name; do
  mkdir -p "$(dirname "$modules/$name")"
  rm -rf "$modules/$name"
  mv "node_modules/$name" "$modules/$name"
done
mkdir -p "$prefix/bin"
[ ! -d node_modules/.bin ] || ls node_modules/.bin | while read -r name; do
  target=$(readlink "node_modules/.bin/$name")
  ln -sf "../lib/node_modules/${target#../}" "$prefix/bin/$name"
done
)sh";

/// Into the system, which is the image's alone: what PEP 668 guards are systems of people.
constexpr const char* kPip = R"sh(
python3 -c 'import pip' 2>/dev/null || { echo 'pip is not in the image: packages: [python3-pip] comes first'; exit 1; }
set -f
export PIP_BREAK_SYSTEM_PACKAGES=1 PIP_ROOT_USER_ACTION=ignore
set -- --no-cache-dir --disable-pip-version-check --no-input
[ -n "$LOCKING" ] || exec python3 -m pip install "$@" -- $PACKAGES
cat >/tmp/taken
if [ "$LOCKING" != locked ]; then
  python3 -m pip install "$@" --dry-run --report /tmp/report -- $PACKAGES
  python3 - >/tmp/taken <<'PYTHON'
import json, sys
for item in json.load(open('/tmp/report'))['install']:
    name, version = item['metadata']['name'], item['metadata']['version']
    archive = item['download_info'].get('archive_info', {})
    digest = archive.get('hashes', {}).get('sha256') or archive.get('hash', '').partition('sha256=')[2]
    if not digest:
        sys.exit(f'{name} {version} is no archive with a SHA-256, and cannot be locked')
    print(f'{name}=={version} --hash=sha256:{digest}')
PYTHON
fi
[ -s /tmp/taken ] || exit 0
python3 -m pip install "$@" --no-deps --require-hashes -r /tmp/taken >/tmp/said 2>&1 || { cat /tmp/said; exit 1; }
cat /tmp/said
)sh";

const char* preset_of(Kind kind) {
  switch (kind) {
    case Kind::packages: return "apt";
    case Kind::npm: return "npm";
    case Kind::pip: return "pip";
    default: return nullptr;
  }
}

std::vector<std::string> doors_of(const Instruction& step) {
  std::vector<std::string> doors;
  if (const char* preset = preset_of(step.kind)) doors.emplace_back(preset);
  for (const std::string& door : step.network)
    if (std::ranges::find(doors, door) == doors.end()) doors.push_back(door);
  return doors;
}

/// What decides what comes through a preset's doors, as far as it can be told without asking
/// the manager itself, which takes longer than a build that has nothing to do.
Json source_of(const std::string& door) {
  if (door == "apt") return doors::apt_fingerprint();
  if (!doors::is_preset(door)) return nullptr;
  doors::HostFiles host = doors::HostFiles::real();
  host.ask = nullptr;
  try {
    const doors::Preset preset = doors::read_preset(door, host);
    Json rules = Json::array();
    for (const doors::Rule& rule : preset.rules) rules.push_back(doors::rule_text(rule));
    return {rules, preset.environment, preset.files};
  } catch (const Error&) {
    return nullptr;  // nothing is configured: it has to be asked
  }
}

Sandboxed sandboxed_of(const Instruction& step, const Environment& env) {
  Sandboxed what;
  what.env = env;
  what.doors = doors_of(step);
  what.user = step.user;
  what.workdir = step.workdir;
  what.timeout = step.timeout.value_or(kTimeout);
  if (step.kind == Kind::run) {
    what.script = step.script;
    what.env.emplace("SOURCE_DATE_EPOCH", kEpochText);
    return what;
  }
  for (const auto& [name, value] : kInstalling) what.env[name] = value;
  what.env["PACKAGES"] = fmt::format("{}", fmt::join(step.items, " "));
  what.env["LOCKING"] = "";
  if (step.kind == Kind::packages) what.env["DPKG_OPTIONS"] = kDpkgOptions;
  what.script = step.kind == Kind::packages ? kApt : step.kind == Kind::npm ? kNpm : kPip;
  return what;
}

std::string text_of(const Sandboxed& what) {
  Json sources = Json::array();
  for (const std::string& door : what.doors) sources.push_back(source_of(door));
  const auto text = [](const std::optional<std::string>& t) { return t ? Json(*t) : Json(nullptr); };
  return record::dump({{"step", "sandboxed"},
                       {"script", what.script},
                       {"env", what.env},
                       {"doors", what.doors},
                       {"sources", sources},
                       {"user", text(what.user)},
                       {"workdir", text(what.workdir)}});
}

/// "run: make install", short enough for a line.
std::string title_of(const Instruction& step) {
  constexpr std::size_t kLongest = 50;
  if (step.name) return *step.name;
  const std::string_view script = step.script;
  std::string what;
  switch (step.kind) {
    case Kind::run: what = fmt::format("run: {}", script.substr(0, script.find('\n'))); break;
    case Kind::copy: what = fmt::format("copy: {}", step.copies.empty() ? "" : step.copies.front().from); break;
    case Kind::packages: what = fmt::format("packages: {}", fmt::join(step.items, " ")); break;
    case Kind::npm: what = fmt::format("npm: {}", fmt::join(step.items, " ")); break;
    case Kind::pip: what = fmt::format("pip: {}", fmt::join(step.items, " ")); break;
    case Kind::env: what = "env"; break;
  }
  what = visible(what);
  return what.size() <= kLongest ? what : what.substr(0, kLongest - 3) + "...";
}

bool takes_packages(Kind kind) { return preset_of(kind) != nullptr; }

/// What stands on the stdin of an installation that is locked.
std::string locked_input(Kind kind, const Locked& locked) {
  if (kind == Kind::npm) return locked.npm;
  if (kind == Kind::pip) return requirements_text(locked.packages);
  return apt_words(locked.packages) + "\n" + apt_pins(locked.packages);
}

void settle_told(Kind kind, const Workplace& place, const std::string& taken) {
  if (kind == Kind::packages) return settle(place, parse_apt_uris(taken));
  if (kind == Kind::pip) return settle(place, parse_requirements(taken));
  if (place.taken) place.taken->npm = taken;
}

/// With a lock to obey or to write.
void install_locked(const Instruction& step, Sandboxed what, const Workplace& place) {
  what.env["LOCKING"] = place.locked ? "locked" : "anew";
  what.tells = {"tmp/taken", "tmp/said"};
  if (place.locked) {
    what.input = locked_input(step.kind, *place.locked);
    if (step.kind == Kind::packages)
      what.env["PACKAGES"] = fmt::format("{}", fmt::join(pinned_names(step.items, place.locked->packages), " "));
  }
  const Told told = run_sandboxed(what, place, [&](const Told& said) { blame(place, said.at("tmp/said")); });
  settle_told(step.kind, place, told.at("tmp/taken"));
}

Step step_of(const Recipe& recipe, const Instruction& instruction, const Environment& env) {
  if (instruction.kind == Kind::copy) return files_step(recipe, instruction.copies, {});
  const Sandboxed what = sandboxed_of(instruction, env);
  Step step{"", text_of(what), !what.doors.empty(), [what, instruction](const Workplace& place) {
              if (place.locked || place.taken) install_locked(instruction, what, place);
              else run_sandboxed(what, place);
            }};
  step.doors = what.doors;
  if (takes_packages(instruction.kind)) step.lockable = Locked{.of = std::string(key_of(instruction.kind)), .asked = instruction.items};
  return step;
}

}  // namespace

std::vector<Step> instruction_steps(const Recipe& recipe, const Environment& below) {
  Environment env = below;
  std::vector<Step> steps;
  for (const Instruction& instruction : recipe.steps) {
    for (const auto& [name, value] : instruction.env) env[name] = value;
    if (instruction.kind == Kind::env) continue;
    Step step = step_of(recipe, instruction, env);
    step.title = title_of(instruction);
    step.name = instruction.name;
    step.where = fmt::format("{}:{}:{}: ", recipe.file, instruction.place.line, instruction.place.column);
    steps.push_back(std::move(step));
  }
  return steps;
}

std::vector<std::string> doors_of_steps(const Recipe& recipe) {
  std::vector<std::string> all;
  for (const Instruction& step : recipe.steps)
    for (const std::string& door : doors_of(step))
      if (std::ranges::find(all, door) == all.end()) all.push_back(door);
  return all;
}

}  // namespace sandbox::build
