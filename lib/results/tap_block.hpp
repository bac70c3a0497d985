#pragma once
// TapBlock: the few lines of YAML that may follow a point of TAP. Only what tells where a test
// is, how long it took and why it failed is looked at; nothing in it is taken for a result.
#include <map>
#include <string>
#include <string_view>

#include "record/test_case.hpp"

namespace sandbox::results {

class TapBlock {
 public:
  explicit TapBlock(std::size_t indent) : indent_(indent) {}

  /// One line of it; true when it was the last.
  bool take(std::string_view line);
  /// What it says of the test.
  void describe(record::TestCase& test) const;

 private:
  std::size_t indent_;
  std::string key_;  // of a text that goes on over lines
  std::map<std::string, std::string> values_;
  std::size_t bytes_ = 0;
};

}  // namespace sandbox::results
