#include "index.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "base/error.hpp"
#include "digest/sha256.hpp"

namespace sandbox::tool {

namespace {

constexpr const char* kName = "index.sqlite";

// A file of the log is known by its place among them: putting the current one aside does not
// move it. `bytes` is how far it was read, `tail` the digest of the last line up to there,
// `changed` when it was written last then.
// A line that is no entry has no kind.
constexpr const char* kTables = R"(
  CREATE TABLE IF NOT EXISTS files (file INTEGER PRIMARY KEY, bytes INTEGER, begin INTEGER, tail TEXT, changed INTEGER);
  CREATE TABLE IF NOT EXISTS entries (
    file INTEGER, begin INTEGER, bytes INTEGER, time TEXT, kind TEXT, sandbox TEXT, uid TEXT, actor TEXT,
    PRIMARY KEY (file, begin)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS entries_by_sandbox ON entries (sandbox);
  CREATE INDEX IF NOT EXISTS entries_by_time ON entries (time);)";

/// The line at this place of the file; empty when it does not lie there any more.
std::string line_at(const audit::LogFile& file, std::uint64_t begin, std::uint64_t bytes) {
  std::string line(bytes, '\0');
  const ssize_t n = ::pread(file.fd.get(), line.data(), line.size(), static_cast<off_t>(begin));
  if (n != static_cast<ssize_t>(bytes) || bytes == 0 || line.back() != '\n') return {};
  line.pop_back();
  return line;
}

std::optional<record::Entry> entry_in(std::string_view line) {
  try {
    return record::parse(line, "the log").get<record::Entry>();
  } catch (const Error&) {
    return std::nullopt;
  }
}


}  // namespace

Index Index::open(const Path& directory, const std::vector<audit::LogFile>& files) {
  if (files.empty()) return up_to_date(Database::in_memory(), files);
  for (const bool is_second_try : {false, true}) try {
      return up_to_date(Database::open(directory / kName), files);
    } catch (const DatabaseFailure& failure) {
      if (is_second_try || (failure.code != SQLITE_CORRUPT && failure.code != SQLITE_NOTADB && failure.code != SQLITE_ERROR)) break;
      ::unlink((directory / kName).c_str());  // damaged, or of another version
    }
  return up_to_date(Database::in_memory(), files);
}

Index Index::up_to_date(Database database, const std::vector<audit::LogFile>& files) {
  Index index(std::move(database), files);
  index.database_.execute("BEGIN IMMEDIATE");
  index.database_.execute(kTables);
  if (index.is_stale()) index.forget();
  index.read_new();
  index.database_.execute("COMMIT");
  return index;
}

/// True unless every file still has what was read of it: the same bytes, as far as their number,
/// the time and the last line can tell.
bool Index::is_stale() const {
  Statement known(database_, "SELECT file, bytes, begin, tail, changed FROM files ORDER BY file");
  while (known.step()) {
    const auto number = static_cast<std::size_t>(known.number(0));
    if (number >= files_->size()) return true;
    const audit::LogFile& file = (*files_)[number];
    const auto bytes = static_cast<std::uint64_t>(known.number(1));
    const auto begin = static_cast<std::uint64_t>(known.number(2));
    if (file.size < bytes || begin > bytes) return true;
    if (file.size == bytes && file.changed_ns != known.number(4)) return true;
    if (bytes > 0 && digest::sha256_hex(line_at(file, begin, bytes - begin)) != known.text(3)) return true;
  }
  return false;
}

void Index::forget() { database_.execute("DELETE FROM files; DELETE FROM entries"); }

void Index::read_new() {
  for (std::size_t number = 0; number < files_->size(); ++number) {
    Statement known(database_, "SELECT bytes FROM files WHERE file = ?");
    known.bind(static_cast<std::int64_t>(number));
    const std::uint64_t from = known.step() ? static_cast<std::uint64_t>(known.number(0)) : 0;
    if (from < (*files_)[number].size) read_file(number, from);
  }
}

void Index::read_file(std::size_t number, std::uint64_t from) {
  Statement insert(database_, "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  audit::Lines lines((*files_)[number], from);
  std::uint64_t begin = from, end = from;
  std::string last;
  while (const auto line = lines.next()) {
    const auto entry = entry_in(*line);
    begin = lines.offset();
    end = begin + line->size() + 1;
    insert.bind(static_cast<std::int64_t>(number)).bind(static_cast<std::int64_t>(begin)).bind(static_cast<std::int64_t>(end - begin));
    using Text = std::optional<std::string>;
    insert.bind(entry ? Text(entry->time) : Text()).bind(entry ? Text(entry->kind) : Text());
    insert.bind(entry ? entry->sandbox : Text()).bind(entry ? Text(std::to_string(entry->actor.uid)) : Text());
    insert.bind(entry ? entry->actor.name : Text());
    insert.step();
    insert.reset();
    last = *line;
  }
  if (end == from) return;
  Statement remember(database_, "REPLACE INTO files VALUES (?, ?, ?, ?, ?)");
  remember.bind(static_cast<std::int64_t>(number)).bind(static_cast<std::int64_t>(end));
  remember.bind(static_cast<std::int64_t>(begin)).bind(std::string_view(digest::sha256_hex(last)));
  remember.bind((*files_)[number].changed_ns).step();
}

void Index::each(const Query& query, const Visit& visit) const {
  std::string sql = "SELECT file, begin, bytes FROM entries WHERE kind IS NOT NULL";
  if (query.since) sql += " AND time >= ?";
  if (query.until) sql += " AND time < ?";
  if (query.sandbox) sql += " AND sandbox = ?";
  if (query.actor) sql += " AND (actor = ? OR uid = ?)";
  for (std::size_t i = 0; i < query.kinds.size(); ++i) sql += i == 0 ? " AND kind IN (?" : ", ?";
  if (!query.kinds.empty()) sql += ")";
  Statement found(database_, sql + " ORDER BY file, begin");
  for (const auto* text : {&query.since, &query.until, &query.sandbox, &query.actor, &query.actor})
    if (*text) found.bind(std::string_view(**text));
  for (const std::string& kind : query.kinds) found.bind(std::string_view(kind));
  while (found.step()) {
    const audit::LogFile& file = (*files_)[static_cast<std::size_t>(found.number(0))];
    const std::string line = line_at(file, static_cast<std::uint64_t>(found.number(1)), static_cast<std::uint64_t>(found.number(2)));
    const auto entry = entry_in(line);
    // Edited since it was indexed, in place: the file counts.
    if (entry && query.wants(*entry)) visit(*entry, line);
  }
}

std::uint64_t Index::damaged() const {
  Statement found(database_, "SELECT count(*) FROM entries WHERE kind IS NULL");
  found.step();
  return static_cast<std::uint64_t>(found.number(0));
}

std::optional<std::string> Index::sandbox_named(std::string_view name) const {
  std::optional<std::string> id;
  Query launches;
  launches.kinds = {"launch"};
  each(launches, [&](const record::Entry& entry, std::string_view) {
    if (entry.event.is_object() && entry.event.value("name", Json()) == name) id = entry.sandbox;
  });
  return id;
}

}  // namespace sandbox::tool
