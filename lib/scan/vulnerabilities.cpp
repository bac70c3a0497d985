#include "scan/vulnerabilities.hpp"

#include <fmt/format.h>

#include <map>
#include <set>
#include <tuple>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sandbox::scan {

namespace {

using database::Database;
using database::DatabaseFailure;
using database::Statement;

/// Raised with every change of the tables.
constexpr int kFormat = 1;

constexpr const char* kTables =
    "CREATE TABLE IF NOT EXISTS records(id TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS affected(ecosystem TEXT, package TEXT, id TEXT, PRIMARY KEY(ecosystem, package, id)) WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS affected_by ON affected(id);";

Error unusable(const Path& file, const char* why) {
  return Error(ExitCode::input, fmt::format("no database of vulnerabilities '{}': {}", visible(file.native()), why),
               "sandbox-scan --update-db FILE makes one of what osv.dev publishes for an ecosystem, its all.zip");
}

std::int64_t format_of(const Database& database) {
  Statement asked(database, "PRAGMA user_version");
  return asked.step() ? asked.number(0) : 0;
}

/// What a record is about: ecosystem and package, each once.
std::set<std::pair<std::string, std::string>> packages_of(const Json& osv) {
  std::set<std::pair<std::string, std::string>> found;
  const auto affected = osv.find("affected");
  if (affected == osv.end() || !affected->is_array()) return found;
  for (const Json& one : *affected) {
    const Json package = one.is_object() ? one.value("package", Json()) : Json();
    if (!package.is_object()) continue;
    const Json ecosystem = package.value("ecosystem", Json()), name = package.value("name", Json());
    if (ecosystem.is_string() && name.is_string()) found.emplace(ecosystem.get<std::string>(), name.get<std::string>());
  }
  return found;
}

}  // namespace

Vulnerabilities Vulnerabilities::open(const Path& file) {
  try {
    Vulnerabilities opened(Database::open_to_read(file));
    if (format_of(opened.database_) != kFormat) throw unusable(file, "made by another version");
    return opened;
  } catch (const DatabaseFailure& failure) {
    throw unusable(file, failure.text());
  }
}

std::vector<Vulnerability> Vulnerabilities::of(const Package& package, const Distribution& distribution) const {
  const OsvName name = osv_name(package, distribution);
  std::map<std::string, Vulnerability> found;
  try {
    Statement asked(database_, "SELECT record FROM affected JOIN records USING(id) WHERE ecosystem = ? AND package = ?");
    for (const std::string& ecosystem : name.ecosystems) {
      asked.bind(std::string_view(ecosystem)).bind(std::string_view(name.package));
      while (asked.step())
        if (auto one = vulnerability_of(Json::parse(asked.text(0), nullptr, false), name, package.ecosystem)) found.emplace(one->id, *one);
      asked.reset();
    }
  } catch (const DatabaseFailure& failure) {
    throw Error(ExitCode::failed, fmt::format("cannot read the database of vulnerabilities: {}", failure.text()));
  }
  std::vector<Vulnerability> all;
  for (auto& [id, one] : found) all.push_back(std::move(one));
  return all;
}

VulnerabilityUpdate::VulnerabilityUpdate(const Path& file) try : database_(Database::open(file)) {
  database_.execute("BEGIN IMMEDIATE");
  if (format_of(database_) != kFormat) database_.execute("DROP TABLE IF EXISTS records; DROP TABLE IF EXISTS affected;");
  database_.execute(kTables);
  database_.execute(fmt::format("PRAGMA user_version = {}", kFormat).c_str());
} catch (const DatabaseFailure& failure) {
  throw Error(ExitCode::failed, fmt::format("cannot write '{}': {}", visible(file.native()), failure.text()));
}

bool VulnerabilityUpdate::add(std::string_view record) try {
  const Json osv = Json::parse(record, nullptr, false);
  if (!osv.is_object() || !osv.contains("id") || !osv["id"].is_string() || !osv.contains("modified")) return false;
  const std::string id = osv["id"];
  Statement(database_, "DELETE FROM affected WHERE id = ?").bind(std::string_view(id)).step();
  Statement(database_, "REPLACE INTO records VALUES(?, ?)").bind(std::string_view(id)).bind(record).step();
  for (const auto& [ecosystem, package] : packages_of(osv))
    Statement(database_, "INSERT INTO affected VALUES(?, ?, ?)").bind(std::string_view(ecosystem)).bind(std::string_view(package)).bind(std::string_view(id)).step();
  ++added_;
  return true;
} catch (const DatabaseFailure& failure) {
  throw Error(ExitCode::failed, fmt::format("cannot write the database of vulnerabilities: {}", failure.text()));
}

void VulnerabilityUpdate::commit() try {
  database_.execute("COMMIT");
} catch (const DatabaseFailure& failure) {
  throw Error(ExitCode::failed, fmt::format("cannot write the database of vulnerabilities: {}", failure.text()));
}

}  // namespace sandbox::scan
