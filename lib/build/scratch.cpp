#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/text.hpp"
#include "build/bases.hpp"
#include "build/program.hpp"
#include "build/taken.hpp"
#include "digest/sha256.hpp"
#include "doors/apt.hpp"
#include "image/view.hpp"
#include "record/json.hpp"

namespace sandbox::build {

namespace {

/// What the engines mount upon, and what programs expect of any system.
void make_skeleton(const Workplace& place) {
  image::View view(place.tree, {});
  for (const char* directory : {"/dev", "/proc", "/sys", "/run", "/etc", "/bin", "/usr"})
    view.set_directory(directory, 0755, {});
  view.set_directory("/root", 0700, {});
  view.set_directory("/tmp", 01777, {});
}

void make_folder(const Path& path) {
  if (::mkdir(path.c_str(), 0755) < 0) throw_system_error("cannot create", path.native());
}

bool host_has_lists() {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/var/lib/apt/lists", error))
    if (entry.path().native().find("_Packages") != std::string::npos) return true;
  return false;
}

/// apt of the host with its configuration, but none of its state beside the package lists.
Program apt(std::vector<std::string> arguments, const char* lists) {
  Program program;
  program.path = "/usr/bin/apt-get";
  program.arguments = {"apt-get", "-q", "-y",
                       "-o", "APT::Sandbox::User=root",  // it runs as nobody already
                       "-o", "Dir::State::status=/dev/null",
                       "-o", "Dir::Cache=/work/cache",
                       "-o", "Dir::Cache::archives=/work/cache/archives",
                       "-o", fmt::format("Dir::State::lists={}", lists),
                       "-o", "Acquire::Languages=none",
                       "-o", "Debug::NoLocking=1"};
  program.arguments.insert(program.arguments.end(), arguments.begin(), arguments.end());
  program.shown = {"/etc/apt", "/var/lib/apt/lists", "/etc/dpkg", "/usr/share/keyrings"};
  program.doors = {"apt"};
  program.directory = "/work/debs";
  return program;
}

bool download(const std::vector<std::string>& names, const Workplace& place, const char* lists) {
  std::vector<std::string> arguments = {"download"};
  arguments.insert(arguments.end(), names.begin(), names.end());
  return place.locked ? run_kept(apt(arguments, lists), place) : run_program(apt(arguments, lists), place);
}

std::vector<std::string> debs_of(const Workplace& place) {
  std::vector<std::string> debs;
  for (const auto& entry : std::filesystem::directory_iterator(place.folder / "debs"))
    if (entry.path().extension() == ".deb") debs.push_back(entry.path().filename());
  std::ranges::sort(debs);
  return debs;
}

std::string told_by_dpkg(std::vector<std::string> arguments, const Workplace& place) {
  Program program;
  program.path = "/usr/bin/dpkg-deb";
  program.arguments = std::move(arguments);
  program.arguments.insert(program.arguments.begin(), "dpkg-deb");
  if (!run_kept(program, place)) throw build_failed("a package cannot be read");
  return read_told(place.folder, "told");
}

/// For people, and no use in a sandbox.
constexpr std::array kDocumentation = {"usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/info", "usr/share/lintian", "usr/share/bug"};

/// A line as tar -tv has it.
bool is_documentation(std::string_view line) {
  return std::ranges::any_of(kDocumentation, [&](const char* folder) { return line.find(fmt::format(" ./{}/", folder)) != line.npos; });
}

bool brings_nothing(const std::string& deb, const Workplace& place) {
  const std::string listed = told_by_dpkg({"--contents", "/work/debs/" + deb}, place);
  for (const std::string_view line : split(listed, '\n'))
    if (!line.empty() && line.front() != 'd' && !is_documentation(line)) return false;
  return true;
}

/// The first choice of each, without its version.
std::vector<std::string> depends_on(const std::string& deb, const Workplace& place) {
  std::vector<std::string> names;
  const std::string listed = told_by_dpkg({"--field", "/work/debs/" + deb, "Depends"}, place);
  for (std::string_view one : split(listed, ',')) {
    while (!one.empty() && std::string_view(" \n").find(one.front()) != std::string_view::npos) one.remove_prefix(1);
    const std::string_view name = one.substr(0, one.find_first_of(" (:|\n"));
    if (!name.empty()) names.emplace_back(name);
  }
  return names;
}

/// A package that brings nothing of its own stands for those that it depends on, as the kernel's
/// does for the newest kernel.
bool follow(const Workplace& place, const char* lists) {
  std::vector<std::string> names;
  for (const std::string& deb : debs_of(place))
    if (brings_nothing(deb, place)) std::ranges::move(depends_on(deb, place), std::back_inserter(names));
  return names.empty() || download(names, place, lists);
}

/// With a lock: what it says, whatever the recipe's packages stand for today.
bool download(const Recipe& recipe, const Workplace& place, const char* lists) {
  if (!place.locked) return download(recipe.packages, place, lists) && follow(place, lists);
  std::vector<std::string> names;
  for (const LockedPackage& package : place.locked->packages) names.push_back(package.name);
  return download(pinned_names(names, place.locked->packages), place, lists);
}

/// NAME_VERSION_ARCHITECTURE.deb, as apt names what it downloads.
std::vector<LockedPackage> downloaded(const Workplace& place) {
  std::string uris;
  for (const auto& entry : std::filesystem::directory_iterator(place.folder / "debs")) {
    if (entry.path().extension() != ".deb") continue;
    const Fd deb = checked_fd(::open(entry.path().c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), "cannot open", entry.path().native());
    const std::string name = entry.path().filename();
    uris += fmt::format("- {} 0 SHA256:{}\n", name, digest::sha256_hex_of_fd(deb.get(), name));
  }
  return parse_apt_uris(uris);
}

/// The host's package lists may be missing (container images drop them) or so old that what
/// they name is gone; then fresh ones are fetched.
void fetch(const Recipe& recipe, const Workplace& place) {
  for (const char* folder : {"debs", "cache", "cache/archives", "cache/archives/partial", "lists", "lists/partial"})
    make_folder(place.folder / folder);
  if (host_has_lists() && download(recipe, place, "/var/lib/apt/lists")) return;
  if (!run_program(apt({"update"}, "/work/lists"), place)) throw build_failed("the package lists cannot be fetched");
  if (download(recipe, place, "/work/lists")) return;
  if (place.locked) blame(place, read_told(place.folder, "told"));
  throw build_failed("the packages cannot be fetched");
}

void unpack(const Workplace& place) {
  for (const std::string& deb : debs_of(place)) {
    Program program;
    program.path = "/usr/bin/dpkg-deb";
    program.arguments = {"dpkg-deb", "--extract", "/work/debs/" + deb, fmt::format("/work/{}", kTree)};
    if (!run_program(program, place)) throw build_failed(fmt::format("the package '{}' cannot be unpacked", deb));
  }
}

/// Confined, because a package may have made any of
/// these directories a link to the host's.
void drop_documentation(const Workplace& place) {
  Program program;
  program.path = "/usr/bin/rm";
  program.arguments = {"rm", "-rf"};
  program.directory = fmt::format("/work/{}", kTree);
  program.arguments.insert(program.arguments.end(), kDocumentation.begin(), kDocumentation.end());
  if (!run_program(program, place)) throw build_failed("documentation cannot be removed");
}

}  // namespace

Step scratch_step(const Recipe& recipe) {
  Json text = {{"step", "scratch"}, {"packages", recipe.packages}};
  if (!recipe.packages.empty()) text["apt"] = doors::apt_fingerprint();
  Step step{recipe.packages.empty() ? "scratch" : "packages", record::dump(text), !recipe.packages.empty(),
            [recipe](const Workplace& place) {
              if (!recipe.packages.empty()) {
                fetch(recipe, place);
                if (place.locked || place.taken) settle(place, downloaded(place));
                unpack(place);
                drop_documentation(place);
              }
              make_skeleton(place);
            }};
  if (!recipe.packages.empty()) step.lockable = Locked{.of = "scratch", .asked = recipe.packages};
  return step;
}

}  // namespace sandbox::build
