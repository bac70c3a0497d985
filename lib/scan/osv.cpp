#include "scan/osv.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "record/fields.hpp"
#include "scan/cvss.hpp"
#include "scan/version_order.hpp"

namespace sandbox::scan {

namespace {

const Json& part(const Json& json, const char* name) {
  static const Json none;
  const auto found = json.is_object() ? json.find(name) : json.end();
  return json.is_object() && found != json.end() ? *found : none;
}

std::string text(const Json& json, const char* name) {
  const Json& value = part(json, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

/// Of a range: where it begins or ends. "0" is before every version.
struct Event {
  enum class Kind { introduced, fixed, last_affected, limit } kind;
  std::string version;
};

std::optional<Event> event_of(const Json& json) {
  using enum Event::Kind;
  for (const auto& [name, kind] : {std::pair{"introduced", introduced}, {"fixed", fixed}, {"last_affected", last_affected}, {"limit", limit}})
    if (const std::string version = text(json, name); !version.empty()) return Event{kind, version};
  return std::nullopt;
}

class Range {
 public:
  Range(const Json& json, Ecosystem ecosystem) : ecosystem_(ecosystem) {
    for (const Json& one : part(json, "events"))
      if (const auto event = event_of(one)) events_.push_back(*event);
    std::stable_sort(events_.begin(), events_.end(), [&](const Event& a, const Event& b) { return compare(a.version, b.version) < 0; });
  }

  bool has(const std::string& version) const {
    if (!is_within_limits(version)) return false;
    bool is_affected = false;
    for (const Event& event : events_) {
      const auto order = compare(version, event.version);
      if (event.kind == Event::Kind::introduced && order >= 0) is_affected = true;
      if (event.kind == Event::Kind::fixed && order >= 0) is_affected = false;
      if (event.kind == Event::Kind::last_affected && order > 0) is_affected = false;
    }
    return is_affected;
  }

  /// The first fix behind a version.
  std::optional<std::string> fix_for(const std::string& version) const {
    for (const Event& event : events_)
      if (event.kind == Event::Kind::fixed && compare(event.version, version) > 0) return event.version;
    return std::nullopt;
  }

 private:
  std::weak_ordering compare(const std::string& a, const std::string& b) const {
    if (a == "0" || b == "0") return (b == "0") <=> (a == "0");
    return compare_versions(ecosystem_, a, b);
  }

  bool is_within_limits(const std::string& version) const {
    bool is_limited = false;
    for (const Event& event : events_) {
      if (event.kind != Event::Kind::limit) continue;
      if (event.version == "*" || compare(version, event.version) < 0) return true;
      is_limited = true;
    }
    return !is_limited;
  }

  Ecosystem ecosystem_;
  std::vector<Event> events_;
};

bool is_about(const Json& affected, const OsvName& name) {
  const Json& package = part(affected, "package");
  return text(package, "name") == name.package && std::ranges::find(name.ecosystems, text(package, "ecosystem")) != name.ecosystems.end();
}

/// Whether it has the version, and what mends it.
struct Answer {
  bool is_affected = false;
  std::optional<std::string> fixed;
};

Answer answer_of(const Json& affected, const OsvName& name, Ecosystem ecosystem) {
  Answer answer;
  for (const Json& version : part(affected, "versions")) answer.is_affected = answer.is_affected || version == name.version;
  for (const Json& json : part(affected, "ranges")) {
    if (text(json, "type") == "GIT") continue;  // of commits, which no image has
    const Range range(json, ecosystem);
    answer.is_affected = answer.is_affected || range.has(name.version);
    if (!answer.fixed) answer.fixed = range.fix_for(name.version);
  }
  return answer;
}

/// As whoever publishes it says in words, then by its score.
record::Severity severity_of(const Json& osv, const Json& affected) {
  for (const Json* where : {&affected, &osv})
    for (const char* specific : {"ecosystem_specific", "database_specific"})
      for (const char* name : {"severity", "urgency"}) {
        std::string word = text(part(*where, specific), name);
        std::ranges::transform(word, word.begin(), [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
        if (word == "moderate") return record::Severity::medium;
        if (word == "unimportant" || word == "end-of-life" || word == "negligible") return record::Severity::low;
        if (const auto severity = record::severity_of(word)) return *severity;
      }
  for (const Json* where : {&affected, &osv})
    for (const Json& one : part(*where, "severity"))
      if (const auto score = cvss3_score(text(one, "score"))) return severity_of_score(*score);
  return record::Severity::medium;
}

std::string known_as(const Json& osv) {
  const std::string id = text(osv, "id");
  if (id.starts_with("CVE-")) return id;
  for (const Json& alias : part(osv, "aliases"))
    if (alias.is_string() && alias.get<std::string>().starts_with("CVE-")) return alias.get<std::string>();
  for (const Json& upstream : part(osv, "upstream"))
    if (upstream.is_string() && upstream.get<std::string>().starts_with("CVE-")) return upstream.get<std::string>();
  return id;
}

}  // namespace

OsvName osv_name(const Package& package, const Distribution& distribution) {
  switch (package.ecosystem) {
    case Ecosystem::npm: return {{"npm"}, package.name, package.version};
    case Ecosystem::pypi: return {{"PyPI"}, package.name, package.version};
    case Ecosystem::golang: return {{"Go"}, package.name, package.version};
    // In two parts, as no file here names a registry.
    case Ecosystem::cargo: return {{"crates" ".io"}, package.name, package.version};
    case Ecosystem::deb: break;
  }
  const std::string source = package.source.empty() ? package.name : package.source;
  const std::string version = package.source_version.empty() ? package.version : package.source_version;
  if (distribution.id == "ubuntu") return {{fmt::format("Ubuntu:{}:LTS", distribution.version), fmt::format("Ubuntu:{}", distribution.version)}, source, version};
  return {{fmt::format("Debian:{}", distribution.version), "Debian"}, source, version};
}

std::optional<Vulnerability> vulnerability_of(const Json& osv, const OsvName& name, Ecosystem ecosystem) {
  if (!text(osv, "withdrawn").empty()) return std::nullopt;
  for (const Json& affected : part(osv, "affected")) {
    if (!is_about(affected, name)) continue;
    if (const Answer answer = answer_of(affected, name, ecosystem); answer.is_affected)
      return Vulnerability{known_as(osv), text(osv, "summary"), severity_of(osv, affected), answer.fixed};
  }
  return std::nullopt;
}

}  // namespace sandbox::scan
