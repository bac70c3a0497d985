#include "scan/package.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "record/json.hpp"

namespace sandbox::scan {

namespace {

constexpr std::size_t kMaxName = 256;

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxName && is_utf8(text) && std::ranges::none_of(text, [](unsigned char c) { return c <= 0x20 || c == 0x7F; });
}

std::optional<Package> checked(Package package) {
  if (!is_name(package.name) || !is_name(package.version)) return std::nullopt;
  return package;
}

std::string text_in(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::string_view unquoted(std::string_view text) {
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front()) text = text.substr(1, text.size() - 2);
  return text;
}

std::string encoded(std::string_view text, std::string_view also = "") {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
  std::string made;
  for (const char c : text) made += kPlain.find(c) != kPlain.npos || also.find(c) != also.npos ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  return made;
}

/// One name for "Foo_Bar" and "foo-bar".
std::string python_name(std::string text) {
  for (char& c : text) c = c == '_' || c == '.' ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return text;
}

std::string deb_purl(const Package& package, const Distribution& distribution) {
  std::string purl = fmt::format("pkg:deb/{}/{}@{}?arch={}", encoded(distribution.id.empty() ? "debian" : distribution.id), encoded(package.name), encoded(package.version), encoded(package.architecture));
  if (!distribution.version.empty()) purl += fmt::format("&distro={}-{}", encoded(distribution.id), encoded(distribution.version));
  return purl;
}

}  // namespace

Distribution parse_os_release(std::string_view text) {
  Distribution distribution;
  for (const std::string_view line : split(text, '\n')) {
    if (line.starts_with("ID=")) distribution.id = unquoted(line.substr(3));
    if (line.starts_with("VERSION_ID=")) distribution.version = unquoted(line.substr(11));
  }
  if (!is_name(distribution.id)) return {};
  if (!is_name(distribution.version)) distribution.version.clear();
  return distribution;
}

std::optional<Package> npm_package(std::string_view text) {
  try {
    const Json json = record::parse(text, "package.json");
    if (!json.is_object()) return std::nullopt;
    return checked({Ecosystem::npm, text_in(json, "name"), text_in(json, "version"), "", "", "", ""});
  } catch (const Error&) {  // npm could not read it either
    return std::nullopt;
  }
}

std::optional<Package> python_package(std::string_view text) {
  Package package{Ecosystem::pypi, "", "", "", "", "", ""};
  for (std::string_view line : split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) break;  // the description follows
    if (line.starts_with("Name: ")) package.name = python_name(std::string(line.substr(6)));
    if (line.starts_with("Version: ")) package.version = line.substr(9);
  }
  return checked(std::move(package));
}

/// Cargo writes it, so each value has a line of its own. What has no source is the project itself.
std::vector<Package> cargo_packages(std::string_view text) {
  std::vector<Package> packages;
  Package package{Ecosystem::cargo, "", "", "", "", "", ""};
  bool is_taken = false;
  const auto finish = [&] {
    if (const auto whole = checked(package); whole && is_taken) packages.push_back(*whole);
    package.name = package.version = "";
    is_taken = false;
  };
  for (const std::string_view line : split(text, '\n')) {
    if (line.starts_with("[")) finish();
    if (line.starts_with("name = ")) package.name = unquoted(line.substr(7));
    if (line.starts_with("version = ")) package.version = unquoted(line.substr(10));
    if (line.starts_with("source = ")) is_taken = true;
  }
  finish();
  return packages;
}

std::string purl_of(const Package& package, const Distribution& distribution) {
  switch (package.ecosystem) {
    case Ecosystem::deb: return deb_purl(package, distribution);
    case Ecosystem::npm: return fmt::format("pkg:npm/{}@{}", encoded(package.name, "/"), encoded(package.version));
    case Ecosystem::pypi: return fmt::format("pkg:pypi/{}@{}", encoded(package.name), encoded(package.version));
    case Ecosystem::golang: return fmt::format("pkg:golang/{}@{}", encoded(package.name, "/"), encoded(package.version));
    case Ecosystem::cargo: break;
  }
  return fmt::format("pkg:cargo/{}@{}", encoded(package.name), encoded(package.version));
}

}  // namespace sandbox::scan
