#pragma once
// Ledger: what went through the doors, by name and port. Few are listed: code inside can ask
// for any name that a wildcard covers.
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "record/doors.hpp"

namespace sandbox::doorman {

class Ledger {
 public:
  static constexpr std::size_t kMost = 64;

  /// Stays where it is.
  record::Passage& passage(const std::string& name, std::uint16_t port);
  std::vector<record::Passage> all() const;

 private:
  std::map<std::pair<std::string, std::uint16_t>, record::Passage> passages_;
  record::Passage others_;
};

}  // namespace sandbox::doorman
