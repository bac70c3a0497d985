#include "database/database.hpp"

namespace sandbox::database {

namespace {

void check(int code) {
  if (code != SQLITE_OK) throw DatabaseFailure{code};
}

}  // namespace

Database::Database(const char* path, int flags) {
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path, &handle, flags | SQLITE_OPEN_NOFOLLOW, nullptr);
  handle_.reset(handle);  // there even when it could not be opened
  check(code);
  sqlite3_busy_timeout(handle, 500);
}

Database Database::open(const Path& path) {
  Database database(path.c_str(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  // Lost with the machine's power it is made anew.
  database.execute("PRAGMA synchronous = OFF");
  return database;
}

Database Database::open_to_read(const Path& path) { return Database(path.c_str(), SQLITE_OPEN_READONLY); }

Database Database::in_memory() { return Database(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE); }

void Database::execute(const char* sql) { check(sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr)); }

Statement::Statement(const Database& database, const std::string& sql) {
  sqlite3_stmt* handle = nullptr;
  check(sqlite3_prepare_v2(database.get(), sql.c_str(), static_cast<int>(sql.size()), &handle, nullptr));
  handle_.reset(handle);
}

Statement& Statement::bind(std::int64_t value) {
  check(sqlite3_bind_int64(handle_.get(), ++bound_, value));
  return *this;
}

Statement& Statement::bind(std::string_view text) {
  check(sqlite3_bind_text(handle_.get(), ++bound_, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT));
  return *this;
}

Statement& Statement::bind(const std::optional<std::string>& text) {
  if (text) return bind(std::string_view(*text));
  check(sqlite3_bind_null(handle_.get(), ++bound_));
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code != SQLITE_ROW && code != SQLITE_DONE) throw DatabaseFailure{code};
  return code == SQLITE_ROW;
}

void Statement::reset() {
  sqlite3_reset(handle_.get());  // repeats the code of the last step, which was checked
  bound_ = 0;
}

std::string Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(handle_.get(), column));
  return bytes ? std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))) : std::string();
}

}  // namespace sandbox::database
