#pragma once
// Vulnerabilities: the offline database, one file, of records of OSV and the packages they are about. It is
// derived from what others publish, and can be made anew.
#include <string_view>
#include <vector>

#include "database/database.hpp"
#include "scan/osv.hpp"

namespace sandbox::scan {

class Vulnerabilities {
 public:
  /// Throws Error(input), which says how one is made, when there is none or it is none.
  static Vulnerabilities open(const Path& file);

  /// Those that a package has, each once, by id.
  std::vector<Vulnerability> of(const Package& package, const Distribution& distribution) const;

 private:
  explicit Vulnerabilities(database::Database database) : database_(std::move(database)) {}
  database::Database database_;
};

/// Takes records into the database: all of them, or, without commit(), none.
class VulnerabilityUpdate {
 public:
  explicit VulnerabilityUpdate(const Path& file);

  /// One that is there already is replaced. False when it is no record of OSV.
  bool add(std::string_view record);
  void commit();

  std::uint64_t added() const { return added_; }

 private:
  database::Database database_;
  std::uint64_t added_ = 0;
};

}  // namespace sandbox::scan
