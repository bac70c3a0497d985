#include "build/lock.hpp"

#include <fmt/format.h>
#include <sys/utsname.h>

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "build/values.hpp"
#include "digest/sha256.hpp"
#include "record/json.hpp"

namespace sandbox::build {

namespace {

constexpr std::string_view kSha256 = "sha256:";

/// These become words of command lines inside.
bool is_word(std::string_view text, std::string_view marks) {
  return !text.empty() && text.size() <= 200 && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || marks.find(c) != marks.npos;
  });
}

bool is_digest(std::string_view text) {
  return text.starts_with(kSha256) && digest::is_hex_digest(text.substr(kSha256.size()));
}

/// "NAME VERSION [ARCHITECTURE] sha256:…"
LockedPackage take_package(const Values& values, const Yaml& node) {
  const std::string text = values.text(node);
  const std::vector<std::string_view> words = split(text, ' ');
  const bool whole = words.size() == 3 || words.size() == 4;
  if (!whole || words[0].starts_with('-') || !is_word(words[0], "+.-_") || !is_word(words[1], "+.-_:~!") ||
      !is_digest(words.back()) || (words.size() == 4 && !is_word(words[2], "-")))
    throw values.problem(node, "expected NAME VERSION [ARCHITECTURE] sha256:DIGEST");
  return {std::string(words[0]), std::string(words[1]), std::string(words.size() == 4 ? words[2] : ""),
          std::string(words.back()), node.place};
}

std::string take_digest(const Values& values, const Yaml& node) {
  const std::string text = values.text(node);
  if (!is_digest(text)) throw values.problem(node, "expected sha256:DIGEST");
  return text;
}

std::string take_npm(const Values& values, const Yaml& node) {
  const std::string text = values.text(node);
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("packages")) throw values.problem(node, "not a package-lock.json");
  return text;
}

Locked take_entry(const Values& values, const Yaml& node) {
  Locked entry;
  entry.place = node.place;
  values.each(node, {"of", "asked", "digest", "packages", "npm"}, [&](std::string_view key, const Yaml& value) {
    if (key == "of") entry.of = values.text(value);
    if (key == "digest") entry.digest = take_digest(values, value);
    if (key == "npm") entry.npm = take_npm(values, value);
    if (key == "asked")
      for (const Yaml& item : values.list(value)) entry.asked.push_back(values.text(item));
    if (key == "packages")
      for (const Yaml& item : values.list(value)) entry.packages.push_back(take_package(values, item));
  });
  if (entry.of.empty()) throw values.problem(node, "'of' is missing");
  return entry;
}

std::string quoted(const std::string& text) { return Json(text).dump(-1, ' ', true, Json::error_handler_t::replace); }

std::string line_of(const LockedPackage& package) {
  const std::string architecture = package.architecture.empty() ? "" : " " + package.architecture;
  return fmt::format("{} {}{} {}", package.name, package.version, architecture, package.digest);
}

std::string entry_text(const Locked& entry) {
  std::string text = fmt::format("  - of: {}\n", quoted(entry.of));
  if (!entry.asked.empty()) {
    std::string asked;
    for (const std::string& item : entry.asked) asked += (asked.empty() ? "" : ", ") + quoted(item);
    text += fmt::format("    asked: [{}]\n", asked);
  }
  if (!entry.digest.empty()) text += fmt::format("    digest: {}\n", entry.digest);
  if (!entry.packages.empty()) text += "    packages:\n";
  for (const LockedPackage& package : entry.packages) text += fmt::format("      - {}\n", line_of(package));
  if (!entry.npm.empty()) {
    text += "    npm: |\n";
    const std::string pretty = Json::parse(entry.npm).dump(1, ' ', true);
    for (const std::string_view line : split(pretty, '\n')) text += fmt::format("      {}\n", line);
  }
  return text;
}

}  // namespace

Path lock_file_of(const Path& folder) { return folder / "recipe.lock"; }

Lock parse_lock(const std::string& text, const std::string& shown) {
  const Values values(shown);
  const Yaml root = parse_yaml(text, shown);
  Lock lock;
  lock.file = shown;
  std::uint64_t version = 0;
  values.each(root, {"lock", "architecture", "entries"}, [&](std::string_view key, const Yaml& value) {
    if (key == "lock") version = values.whole(value, 1, 1);
    if (key == "architecture") {
      lock.architecture = values.text(value);
      lock.architecture_place = value.place;
    }
    if (key == "entries")
      for (const Yaml& item : values.list(value)) lock.entries.push_back(take_entry(values, item));
  });
  if (version == 0) throw values.problem(root, "'lock' is missing");
  return lock;
}

std::optional<Lock> read_lock_if_any(const Path& folder) {
  const Path file = lock_file_of(folder);
  std::error_code error;
  if (!std::filesystem::exists(std::filesystem::symlink_status(file, error))) return std::nullopt;
  return parse_lock(read_yaml_text(file), file.native());
}

std::string lock_text(const Lock& lock) {
  std::string text = "# What the recipe takes from elsewhere. Written by sandbox-build --update-lock.\nlock: 1\n";
  text += fmt::format("architecture: {}\nentries:{}\n", lock.architecture, lock.entries.empty() ? " []" : "");
  for (const Locked& entry : lock.entries) text += entry_text(entry);
  return text;
}

std::string canonical_text(const Locked& entry) {
  Json packages = Json::array();
  for (const LockedPackage& package : entry.packages) packages.push_back(line_of(package));
  const Json npm = entry.npm.empty() ? Json(nullptr) : Json::parse(entry.npm);
  return record::dump({entry.of, entry.asked, entry.digest, packages, npm});
}

Error misfit(const std::string& file, Place place, std::string_view problem) {
  return Error(ExitCode::no, fmt::format("{}:{}: {}", visible(file), place.line, problem),
               "write the lock anew: sandbox-build --update-lock");
}

void check_fits(const Lock& lock, const std::vector<Locked>& wanted) {
  if (const std::string here = debian_architecture(); lock.architecture != here)
    throw misfit(lock.file, lock.architecture_place, fmt::format("the lock is for '{}', and this machine is '{}'", visible(lock.architecture), here));
  for (std::size_t i = 0; i < std::max(wanted.size(), lock.entries.size()); ++i) {
    if (i == lock.entries.size())
      throw misfit(lock.file, {}, fmt::format("the recipe's '{}' is not locked", visible(wanted[i].of)));
    const Locked& entry = lock.entries[i];
    if (i == wanted.size() || wanted[i].of != entry.of)
      throw misfit(lock.file, entry.place, fmt::format("the recipe has no '{}' there", visible(entry.of)));
    if (wanted[i].asked != entry.asked)
      throw misfit(lock.file, entry.place, fmt::format("the recipe's '{}' lists other packages than are locked", visible(entry.of)));
    if (wanted[i].digest != entry.digest)
      throw misfit(lock.file, entry.place, fmt::format("'{}' is another than the one that is locked", visible(entry.of)));
  }
}

std::string debian_architecture() {
  static const std::map<std::string, std::string> names = {{"x86_64", "amd64"}, {"aarch64", "arm64"}, {"ppc64le", "ppc64el"}};
  utsname machine{};
  (void)::uname(&machine);
  const auto found = names.find(machine.machine);
  return found == names.end() ? machine.machine : found->second;
}

}  // namespace sandbox::build
