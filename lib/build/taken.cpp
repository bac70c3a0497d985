#include "build/taken.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <tuple>

#include "base/text.hpp"
#include "build/program.hpp"
#include "image/tree.hpp"

namespace sandbox::build {

namespace {

constexpr std::size_t kMostTold = std::size_t{8} << 20;
constexpr std::string_view kNative = "all";

/// "1%3a2.5.1-4" → "1:2.5.1-4"
std::string unquoted(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    int value = 0;
    const bool quote = text[i] == '%' && i + 2 < text.size() &&
                       std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16).ptr == text.data() + i + 3;
    plain += quote ? static_cast<char>(value) : text[i];
    if (quote) i += 2;
  }
  return plain;
}

Error not_understood(std::string_view line) {
  return build_failed(fmt::format("what was taken cannot be locked: '{}'", visible(line.substr(0, 200))));
}

/// 'URI' NAME_VERSION_ARCHITECTURE.deb SIZE SHA256:DIGEST
LockedPackage parse_uri(std::string_view line) {
  constexpr std::string_view kDeb = ".deb", kSum = "SHA256:";
  const std::vector<std::string_view> words = split(line, ' ');
  if (words.size() != 4 || !words[1].ends_with(kDeb) || !words[3].starts_with(kSum)) throw not_understood(line);
  const std::string_view file = words[1].substr(0, words[1].size() - kDeb.size());
  const std::vector<std::string_view> parts = split(file, '_');
  if (parts.size() != 3) throw not_understood(line);
  return {std::string(parts[0]), unquoted(parts[1]), std::string(parts[2]), fmt::format("sha256:{}", words[3].substr(kSum.size()))};
}

LockedPackage parse_requirement(std::string_view line) {
  constexpr std::string_view kHash = " --hash=";
  const std::size_t equals = line.find("=="), hash = line.find(kHash);
  if (equals == line.npos || hash == line.npos || hash < equals) throw not_understood(line);
  return {std::string(line.substr(0, equals)), std::string(line.substr(equals + 2, hash - equals - 2)), "",
          std::string(line.substr(hash + kHash.size()))};
}

template <class Parse>
std::vector<LockedPackage> parse_lines(std::string_view text, const Parse& parse) {
  std::vector<LockedPackage> packages;
  for (const std::string_view line : split(text, '\n'))
    if (!line.empty()) packages.push_back(parse(line));
  std::ranges::sort(packages, {}, [](const LockedPackage& p) { return std::tie(p.name, p.architecture); });
  return packages;
}

bool same_name(const LockedPackage& a, const LockedPackage& b) { return a.name == b.name && a.architecture == b.architecture; }

void check_one(const Workplace& place, const LockedPackage& locked, const std::vector<LockedPackage>& taken) {
  const auto found = std::ranges::find_if(taken, [&](const LockedPackage& p) { return same_name(p, locked); });
  if (found == taken.end())
    throw misfit(place.lock_file, locked.place, fmt::format("'{}' was not needed", visible(locked.name)));
  if (found->version != locked.version)
    throw misfit(place.lock_file, locked.place, fmt::format("'{}' came in the version '{}'", visible(locked.name), visible(found->version)));
  if (found->digest != locked.digest)
    throw misfit(place.lock_file, locked.place, fmt::format("'{}' of this version is another file than the one that is locked", visible(locked.name)));
}

/// An index that cannot be reached has no versions at all, in the words of pip.
bool pip_lacks(std::string_view words, const LockedPackage& package) {
  const std::string begin = fmt::format("satisfies the requirement {}=={} (from versions: ", package.name, package.version);
  const std::size_t at = words.find(begin);
  return at != words.npos && !words.substr(at + begin.size()).starts_with("none");
}

}  // namespace

std::string read_told(const Path& folder, const std::string& path) {
  const Fd root = checked_fd(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), "cannot open", folder.native());
  const Fd file = image::open_exact(root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  struct stat info {};
  if (!file || ::fstat(file.get(), &info) < 0 || !S_ISREG(info.st_mode)) return "";
  return read_all(file.get(), kMostTold, visible(path));
}

std::vector<LockedPackage> parse_apt_uris(std::string_view text) { return parse_lines(text, parse_uri); }

std::vector<LockedPackage> parse_requirements(std::string_view text) { return parse_lines(text, parse_requirement); }

std::string requirements_text(const std::vector<LockedPackage>& packages) {
  std::string text;
  for (const LockedPackage& p : packages) text += fmt::format("{}=={} --hash={}\n", p.name, p.version, p.digest);
  return text;
}

std::string apt_words(const std::vector<LockedPackage>& packages) {
  std::string text;
  for (const LockedPackage& p : packages)
    text += fmt::format("{}{}={}\n", p.name, p.architecture == kNative ? "" : ":" + p.architecture, p.version);
  return text;
}

std::string apt_pins(const std::vector<LockedPackage>& packages) {
  std::string text;
  for (const LockedPackage& p : packages)
    text += fmt::format("Package: {}\nPin: version {}\nPin-Priority: 1001\n\n", p.name, p.version);
  return text + "Package: *\nPin: release *\nPin-Priority: -1\n";
}

std::vector<std::string> pinned_names(const std::vector<std::string>& asked, const std::vector<LockedPackage>& locked) {
  std::vector<std::string> names;
  for (const std::string& item : asked) {
    const std::string name = item.substr(0, item.find_first_of("=/"));
    const auto found = std::ranges::find(locked, name, &LockedPackage::name);
    names.push_back(found == locked.end() ? name : fmt::format("{}={}", name, found->version));
  }
  return names;
}

void settle(const Workplace& place, std::vector<LockedPackage> taken) {
  if (place.locked) {
    for (const LockedPackage& locked : place.locked->packages) check_one(place, locked, taken);
    for (const LockedPackage& p : taken)
      if (std::ranges::none_of(place.locked->packages, [&](const LockedPackage& locked) { return same_name(locked, p); }))
        throw misfit(place.lock_file, place.locked->place, fmt::format("'{}' was needed, too, and is not locked", visible(p.name)));
  }
  if (place.taken) place.taken->packages = std::move(taken);
}

void blame(const Workplace& place, std::string_view words) {
  if (!place.locked) return;
  const auto says = [&](const std::string& text) { return words.find(text) != words.npos; };
  for (const LockedPackage& p : place.locked->packages) {
    if (says(fmt::format("Version '{}' for '{}' was not found", p.version, p.name)) ||
        says(fmt::format("Unable to locate package {}\n", p.name)) || pip_lacks(words, p))
      throw misfit(place.lock_file, p.place, fmt::format("'{} {}' is no longer available", p.name, p.version));
    if (says("DO NOT MATCH THE HASHES") && says(fmt::format("    {}=={} from ", p.name, p.version)))
      throw misfit(place.lock_file, p.place, fmt::format("'{} {}' is another file than the one that is locked", p.name, p.version));
  }
  constexpr std::string_view kNeeded = "Package '", kNone = "' has no installation candidate";
  if (const std::size_t end = words.find(kNone); end != words.npos) {
    const std::size_t begin = words.rfind(kNeeded, end) + kNeeded.size();
    throw misfit(place.lock_file, place.locked->place, fmt::format("'{}' was needed, too, and is not locked", visible(words.substr(begin, end - begin))));
  }
  for (const char* code : {"ETARGET", "E404", "EINTEGRITY", "EUSAGE"})
    if (!place.locked->npm.empty() && says(code))
      throw misfit(place.lock_file, place.locked->place, fmt::format("npm cannot install what is locked ({})", code));
}

}  // namespace sandbox::build
