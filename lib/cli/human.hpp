#pragma once
// Tables and lines for people. Everything from outside passes visible() first.
#include <string>
#include <vector>

namespace sandbox::cli {

/// Left-aligned columns two spaces apart; the first row is the heading.
class Table {
 public:
  void row(std::vector<std::string> cells);
  std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace sandbox::cli
