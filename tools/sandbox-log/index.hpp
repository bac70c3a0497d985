#pragma once
// Index: where in the files of the log which entry stands, in SQLite. It is derived: stale or
// lost it is made anew, and where it cannot be kept it is made in memory for this once. What
// is shown always comes from the files themselves.
#include <functional>
#include <string_view>
#include <vector>

#include "audit/files.hpp"
#include "database/database.hpp"
#include "query.hpp"
#include "record/entry.hpp"

namespace sandbox::tool {

using database::Database;
using database::DatabaseFailure;
using database::Statement;

class Index {
 public:
  /// Up to date with these files, which must outlive it.
  static Index open(const Path& directory, const std::vector<audit::LogFile>& files);

  using Visit = std::function<void(const record::Entry& entry, std::string_view line)>;
  /// In the order of the log.
  void each(const Query& query, const Visit& visit) const;

  /// Lines that are not entries: a matter for --verify.
  std::uint64_t damaged() const;

  /// The id of the sandbox that was launched last with this name; nothing if none was.
  std::optional<std::string> sandbox_named(std::string_view name) const;

 private:
  Index(Database database, const std::vector<audit::LogFile>& files) : database_(std::move(database)), files_(&files) {}
  static Index up_to_date(Database database, const std::vector<audit::LogFile>& files);
  bool is_stale() const;
  void forget();
  void read_new();
  void read_file(std::size_t number, std::uint64_t from);
  Database database_;
  const std::vector<audit::LogFile>* files_;
};

}  // namespace sandbox::tool
