#include "doors/apt.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "digest/sha256.hpp"
#include "doors/settings.hpp"

namespace sandbox::doors {

namespace {

constexpr std::size_t kMaxFile = std::size_t{1} << 20;

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == text.npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(" \t\r") - first + 1));
}

/// The regular files of a directory with one of these endings, in apt's order: by name.
std::vector<Path> parts(const Path& directory, std::initializer_list<std::string_view> endings) {
  std::vector<Path> files;
  std::error_code error;  // a directory that is not there has no parts
  for (const auto& entry : std::filesystem::directory_iterator(directory, error))
    if (std::ranges::any_of(endings, [&](std::string_view e) { return entry.path().native().ends_with(e); }))
      files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

/// "[signed-by=PATH arch=amd64]": the options of a one-line entry.
void take_options(std::string_view options, AptSource& source) {
  for (const std::string& word : words(options))
    if (word.starts_with("signed-by=")) source.signed_by = word.substr(10);
}

void take_line(std::string_view line, std::vector<AptSource>& sources) {
  line = line.substr(0, line.find('#'));
  AptSource source;
  std::string rest(line);
  if (const std::size_t open = line.find('['), shut = line.find(']'); open < shut && shut != line.npos) {
    take_options(line.substr(open + 1, shut - open - 1), source);
    rest = fmt::format("{}{}", line.substr(0, open), line.substr(shut + 1));
  }
  const std::vector<std::string> fields = words(rest);
  if (fields.size() < 3 || fields[0] != "deb") return;
  source.uris = {fields[1]};
  source.suites = {fields[2]};
  source.components.assign(fields.begin() + 3, fields.end());
  sources.push_back(std::move(source));
}

/// One paragraph of deb822: "Field: value", continued by indented lines.
class Paragraph {
 public:
  void line(std::string_view line) {
    if (line.starts_with('#')) return;
    if (line.starts_with(' ') || line.starts_with('\t')) {
      if (!fields_.empty()) fields_.back().second += fmt::format("\n{}", line);
      return;
    }
    const std::size_t colon = line.find(':');
    if (colon != line.npos) fields_.emplace_back(line.substr(0, colon), trimmed(line.substr(colon + 1)));
  }

  std::string get(std::string_view name) const {
    const auto same = [&](const auto& field) {
      return std::ranges::equal(field.first, name, [](char a, char b) { return (a | 32) == (b | 32); });
    };
    const auto found = std::ranges::find_if(fields_, same);
    return found == fields_.end() ? "" : found->second;
  }

  void finish(std::vector<AptSource>& sources) {
    const std::vector<std::string> types = words(get("Types"));
    const std::string enabled = get("Enabled");
    if (std::ranges::find(types, "deb") != types.end())
      sources.push_back({words(get("URIs")), words(get("Suites")), words(get("Components")), get("Signed-By"),
                         enabled != "no" && enabled != "false"});
    fields_.clear();
  }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

bool is_distribution_key(const std::string& signed_by) {
  return signed_by.empty() || signed_by.find("debian-archive") != signed_by.npos ||
         signed_by.find("ubuntu-archive") != signed_by.npos;
}

std::string without_credentials(const std::string& uri) {
  const std::size_t start = uri.find("://");
  if (start == uri.npos) return uri;
  const std::size_t host = start + 3;
  const std::size_t at = uri.substr(0, uri.find('/', host)).rfind('@');
  return at == uri.npos || at < host ? uri : uri.substr(0, host) + uri.substr(at + 1);
}

std::string joined(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, " ")); }

void add_file(digest::Sha256& sum, const Path& file) {
  const std::optional<std::string> text = read_file_if_exists(file, kMaxFile);
  sum.update(fmt::format("{}\n{}\n", file.native(), text ? digest::sha256_hex(*text) : "-"));
}

}  // namespace

std::vector<AptSource> parse_apt_list(std::string_view text) {
  std::vector<AptSource> sources;
  for (const std::string_view line : split(text, '\n')) take_line(line, sources);
  return sources;
}

std::vector<AptSource> parse_apt_sources(std::string_view text) {
  std::vector<AptSource> sources;
  Paragraph paragraph;
  for (const std::string_view line : split(text, '\n'))
    if (trimmed(line).empty())
      paragraph.finish(sources);
    else
      paragraph.line(line);
  paragraph.finish(sources);
  return sources;
}

std::vector<AptSource> host_apt_sources(const Path& etc, SwitchedOff off) {
  std::vector<AptSource> all;
  const auto add = [&](std::vector<AptSource> some) { std::ranges::move(some, std::back_inserter(all)); };
  if (const auto text = read_file_if_exists(etc / "apt/sources.list", kMaxFile)) add(parse_apt_list(*text));
  for (const Path& file : parts(etc / "apt/sources.list.d", {".list", ".sources"})) {
    const std::string text = read_file(file, kMaxFile);
    add(file.extension() == ".list" ? parse_apt_list(text) : parse_apt_sources(text));
  }
  if (off == SwitchedOff::left_out) std::erase_if(all, [](const AptSource& source) { return !source.enabled; });
  return all;
}

std::vector<AptSource> sources_for(const std::vector<AptSource>& host, const std::string& native,
                                   const std::string& suite) {
  std::vector<AptSource> chosen;
  for (AptSource source : host) {
    std::erase_if(source.suites, [&](const std::string& s) { return s != native && !s.starts_with(native + "-"); });
    const bool main = std::ranges::find(source.components, "main") != source.components.end();
    if (source.suites.empty() || !main || !source.enabled || !is_distribution_key(source.signed_by)) continue;
    for (std::string& s : source.suites) s.replace(0, native.size(), suite);
    chosen.push_back(std::move(source));
  }
  if (chosen.empty())
    throw Error(HostCheck::doors, fmt::format("apt on this host has no source for '{}'", suite),
                "images of a distribution are built where its packages can be installed: see sources.list(5)");
  return chosen;
}

std::vector<AptSource> foreign_sources(const std::vector<AptSource>& host, const std::string& distribution,
                                       const std::string& suite) {
  std::vector<AptSource> chosen;
  for (AptSource source : host) {
    std::erase_if(source.suites, [&](const std::string& s) { return s != suite && !s.starts_with(suite + "-"); });
    const bool main = std::ranges::find(source.components, "main") != source.components.end();
    // Others than the distribution use its names for their own archives.
    if (source.suites.empty() || !main || source.signed_by.find(distribution + "-archive") == source.signed_by.npos) continue;
    source.enabled = true;
    chosen.push_back(std::move(source));
  }
  if (chosen.empty())
    throw Error(HostCheck::doors, fmt::format("apt on this host knows no archive of {}:{}", distribution, suite),
                fmt::format("apt-get install {0}-keyring, and describe one in /etc/apt/sources.list.d/{0}.sources, "
                            "'Enabled: no' in it: see sandbox-recipe(5)", distribution == "debian" ? "debian-archive" : distribution));
  return chosen;
}

std::vector<AptSource> with_suites(std::vector<AptSource> sources, const std::string& suite,
                                   const std::vector<std::string>& further) {
  const auto has = [](const AptSource& source, const std::string& s) { return std::ranges::find(source.suites, s) != source.suites.end(); };
  for (const std::string& wanted : further) {
    if (std::ranges::any_of(sources, [&](const AptSource& source) { return has(source, wanted); })) continue;
    const auto archive = std::ranges::find_if(sources, [&](const AptSource& source) { return has(source, suite); });
    if (archive == sources.end())
      throw Error(HostCheck::doors, fmt::format("apt on this host has no source for '{}'", suite), "see sources.list(5)");
    AptSource more = *archive;
    more.suites = {wanted};
    sources.push_back(std::move(more));
  }
  return sources;
}

std::string deb822(const std::vector<AptSource>& sources, Credentials credentials) {
  std::string text;
  for (AptSource source : sources) {
    if (credentials == Credentials::removed) std::ranges::transform(source.uris, source.uris.begin(), without_credentials);
    text += fmt::format("Types: deb\nURIs: {}\nSuites: {}\nComponents: {}\n", joined(source.uris),
                        joined(source.suites), joined(source.components));
    if (!source.signed_by.empty()) text += fmt::format("Signed-By: {}\n", source.signed_by);
    text += '\n';
  }
  return text;
}

Release release_of(std::string_view text) {
  Release release;
  for (const std::string_view line : split(text, '\n')) {
    std::string value(line.substr(std::min(line.find('=') + 1, line.size())));
    std::erase(value, '"');
    if (line.starts_with("ID=")) release.id = value;
    if (line.starts_with("VERSION_CODENAME=")) release.codename = value;
  }
  return release;
}

Release host_release(const Path& etc) { return release_of(read_file_if_exists(etc / "os-release", kMaxFile).value_or("")); }

std::string apt_fingerprint(const Path& etc) {
  digest::Sha256 sum;
  for (const char* file : {"apt/sources.list", "apt/apt.conf", "apt/preferences", "os-release"}) add_file(sum, etc / file);
  for (const char* directory : {"apt/sources.list.d", "apt/apt.conf.d", "apt/preferences.d"})
    for (const Path& file : parts(etc / directory, {""})) add_file(sum, file);
  return digest::hex(std::move(sum).finish());
}

}  // namespace sandbox::doors
