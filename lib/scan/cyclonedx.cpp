#include "scan/cyclonedx.hpp"

#include <fmt/format.h>

#include <map>

#include "base/text.hpp"
#include "digest/sha256.hpp"

namespace sandbox::scan {

namespace {

/// A UUID of its own kind (8) out of the image's digest.
std::string serial_of(const record::Image& image) {
  const std::string hex = digest::sha256_hex("cyclonedx " + image.digest);
  return fmt::format("urn:uuid:{}-{}-8{}-8{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 3), hex.substr(15, 3), hex.substr(18, 12));
}

/// What trivy takes the source of a package from: "1:2.36-9" is epoch, version and release apart.
void add_for_trivy(Json& properties, const Package& package) {
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) properties.push_back({{"name", fmt::format("aquasecurity:trivy:{}", name)}, {"value", visible(value)}});
  };
  std::string_view version = package.source_version.empty() ? package.version : package.source_version;
  if (const auto colon = version.find(':'); colon != version.npos) {
    add("SrcEpoch", version.substr(0, colon));
    version.remove_prefix(colon + 1);
  }
  const auto dash = version.rfind('-');
  add("SrcName", package.source.empty() ? package.name : package.source);
  add("SrcVersion", version.substr(0, dash));
  if (dash != version.npos) add("SrcRelease", version.substr(dash + 1));
}

Json component_of(const Package& package, const std::string& purl) {
  Json component = {{"type", "library"}, {"bom-ref", purl}, {"name", visible(package.name)}, {"version", visible(package.version)}, {"purl", purl}};
  Json properties = Json::array();
  if (!package.source.empty()) properties.push_back({{"name", "sandbox:source"}, {"value", visible(package.source)}});
  if (!package.source_version.empty()) properties.push_back({{"name", "sandbox:source-version"}, {"value", visible(package.source_version)}});
  if (package.ecosystem == Ecosystem::deb) add_for_trivy(properties, package);
  if (!properties.empty()) component["properties"] = properties;
  component["evidence"]["occurrences"] = Json::array({{{"location", visible(package.path)}}});
  return component;
}

/// What is there several times is one component that was found in several places.
Json components_of(const Packages& packages) {
  std::map<std::string, Json> all;
  for (const Package& package : packages.packages) {
    const std::string purl = purl_of(package, packages.distribution);
    const auto [at, is_new] = all.try_emplace(purl, component_of(package, purl));
    if (!is_new) at->second["evidence"]["occurrences"].push_back({{"location", visible(package.path)}});
  }
  Json components = Json::array();
  for (auto& [purl, component] : all) components.push_back(std::move(component));
  return components;
}

Json system_of(const Distribution& distribution) {
  Json system = {{"type", "operating-system"}, {"bom-ref", "os"}, {"name", visible(distribution.id)}};
  if (!distribution.version.empty()) system["version"] = visible(distribution.version);
  return system;
}

}  // namespace

std::string cyclonedx(const record::Image& image, const Packages& packages) {
  Json components = components_of(packages);
  if (!packages.distribution.id.empty()) components.insert(components.begin(), system_of(packages.distribution));
  Json refs = Json::array();
  for (const Json& component : components) refs.push_back(component["bom-ref"]);
  const Json tool = {{"type", "application"}, {"name", "sandbox-scan"}, {"version", SANDBOX_VERSION}};
  const Json whole = {{"type", "container"}, {"bom-ref", image.digest}, {"name", image.name}, {"version", image.digest}};
  const Json metadata = {{"timestamp", image.created}, {"tools", {{"components", Json::array({tool})}}}, {"component", whole}};
  // Whoever reads it must not take it for all there is.
  const Json compositions = Json::array({{{"aggregate", packages.truncated ? "incomplete" : "unknown"}, {"assemblies", Json::array({image.digest})}}});
  return record::dump({{"bomFormat", "CycloneDX"},
                       {"specVersion", "1.6"},
                       {"serialNumber", serial_of(image)},
                       {"version", 1},
                       {"metadata", metadata},
                       {"components", components},
                       {"dependencies", Json::array({{{"ref", image.digest}, {"dependsOn", refs}}})},
                       {"compositions", compositions}}) + "\n";
}

}  // namespace sandbox::scan
