#pragma once
// Collector: takes what the rules find and makes the record of it: severities, fingerprints, what
// is allowed, the worst first, the verdict. What is looked at is hostile, so the list ends somewhere.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/findings.hpp"
#include "scan/allowance.hpp"

namespace sandbox::scan {

/// Where something is. Without a line it is about the whole.
struct Spot {
  std::string path;
  std::optional<int> line = {}, column = {};
};

class Collector {
 public:
  static constexpr std::size_t kMost = 5000;

  void add(std::string_view rule, std::string message, Spot spot);
  /// The same, more or less severe than the rule is.
  void add(std::string_view rule, record::Severity severity, std::string message, Spot spot);

  /// Not everything was looked at.
  void truncate() { truncated_ = true; }

  void allow(Allowance allowance) { allowances_.push_back(std::move(allowance)); }

  /// Fills in findings, counts and verdict; `strict`: what is allowed counts all the same.
  void finish(record::Findings& into, bool strict) &&;

 private:
  void apply_allowances();
  void add_unused();
  void add_fingerprints(std::string_view name);

  std::vector<record::Finding> findings_;
  std::vector<Allowance> allowances_;
  bool truncated_ = false;
};

}  // namespace sandbox::scan
