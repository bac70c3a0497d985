#pragma once
// Database: SQLite's handles with owners, and no more of SQLite than the index needs.
#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/file.hpp"

namespace sandbox::tool {

/// What SQLite could not do. Not an Error: the index is derived, and whoever fails makes it anew.
struct DatabaseFailure {
  int code;
};

class Database {
 public:
  static Database open(const Path& path);
  static Database in_memory();

  void execute(const char* sql);
  sqlite3* get() const { return handle_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close(handle); }
  };
  explicit Database(const char* path);
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

}  // namespace sandbox::tool
