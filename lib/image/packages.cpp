#include "image/packages.hpp"

#include "base/text.hpp"

namespace sandbox::image {

namespace {

/// NAME, or NAME (VERSION).
void take_source(std::string_view text, Package& package) {
  const std::size_t open = text.find(" (");
  package.source = text.substr(0, open);
  if (open != text.npos && text.ends_with(')')) package.source_version = text.substr(open + 2, text.size() - open - 3);
}

}  // namespace

std::vector<Package> parse_dpkg_status(std::string_view text) {
  std::vector<Package> packages;
  Package package;
  bool installed = true;  // images without dpkg keep single paragraphs, which do not say so
  const auto finish = [&] {
    if (installed && !package.name.empty() && !package.version.empty()) packages.push_back(package);
    package = {};
    installed = true;
  };
  const auto take = [](std::string_view line, std::string_view field, std::string& into) {
    if (line.starts_with(field)) into = line.substr(field.size());
  };
  for (const std::string_view line : split(text, '\n')) {
    if (line.empty()) finish();
    take(line, "Package: ", package.name);
    take(line, "Version: ", package.version);
    take(line, "Architecture: ", package.architecture);
    if (line.starts_with("Source: ")) take_source(line.substr(8), package);
    if (line.starts_with("Status: ")) installed = line.ends_with(" installed");
  }
  finish();
  return packages;
}

}  // namespace sandbox::image
