#pragma once
// Database: SQLite's handles with owners, and no more of SQLite than our tables need.
#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/file.hpp"

namespace sandbox::database {

/// What SQLite could not do. Not an Error: who can make his database anew does that instead.
struct DatabaseFailure {
  int code;
  const char* text() const { return sqlite3_errstr(code); }
};

class Database {
 public:
  /// Made when it is not there; a link is not followed.
  static Database open(const Path& path);
  /// To be read only, and there already.
  static Database open_to_read(const Path& path);
  static Database in_memory();

  void execute(const char* sql);
  sqlite3* get() const { return handle_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close(handle); }
  };
  Database(const char* path, int flags);
  std::unique_ptr<sqlite3, Close> handle_;
};

class Statement {
 public:
  Statement(const Database& database, const std::string& sql);

  Statement& bind(std::int64_t value);
  Statement& bind(std::string_view text);
  Statement& bind(const std::optional<std::string>& text);
  /// True while there is a row.
  bool step();
  /// Ready for other values.
  void reset();

  std::int64_t number(int column) const { return sqlite3_column_int64(handle_.get(), column); }
  std::string text(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
  int bound_ = 0;
};

}  // namespace sandbox::database
