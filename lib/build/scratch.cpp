#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/error.hpp"
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

bool download(const Recipe& recipe, const Workplace& place, const char* lists) {
  std::vector<std::string> arguments = {"download"};
  const std::vector<std::string> names = place.locked ? pinned_names(recipe.packages, place.locked->packages) : recipe.packages;
  arguments.insert(arguments.end(), names.begin(), names.end());
  return place.locked ? run_kept(apt(arguments, lists), place) : run_program(apt(arguments, lists), place);
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
  std::vector<std::string> debs;
  for (const auto& entry : std::filesystem::directory_iterator(place.folder / "debs"))
    if (entry.path().extension() == ".deb") debs.push_back(entry.path().filename());
  std::ranges::sort(debs);
  for (const std::string& deb : debs) {
    Program program;
    program.path = "/usr/bin/dpkg-deb";
    program.arguments = {"dpkg-deb", "--extract", "/work/debs/" + deb, fmt::format("/work/{}", kTree)};
    if (!run_program(program, place)) throw build_failed(fmt::format("the package '{}' cannot be unpacked", deb));
  }
}

/// Documentation is no use in a sandbox. Confined, because a package may have made any of
/// these directories a link to the host's.
void drop_documentation(const Workplace& place) {
  Program program;
  program.path = "/usr/bin/rm";
  program.arguments = {"rm", "-rf"};
  program.directory = fmt::format("/work/{}", kTree);
  for (const char* folder : {"usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/info", "usr/share/lintian"})
    program.arguments.push_back(folder);
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
