#pragma once
// Exposition: all families, in the order in which they were declared.
#include <list>
#include <string>

#include "family.hpp"

namespace sandbox::tool {

class Exposition {
 public:
  Family& counter(std::string name, std::string help) { return families_.emplace_back(Family::Type::counter, std::move(name), std::move(help)); }
  Family& gauge(std::string name, std::string help) { return families_.emplace_back(Family::Type::gauge, std::move(name), std::move(help)); }
  Family& histogram(std::string name, std::string help, std::span<const double> bounds) {
    return families_.emplace_back(Family::Type::histogram, std::move(name), std::move(help), bounds);
  }

  /// `common` labels are those of every sample.
  std::string text(const Labels& common = {}) const {
    std::string all;
    for (const Family& family : families_) family.write(all, common);
    return all;
  }

 private:
  std::list<Family> families_;  // references to them stay good
};

}  // namespace sandbox::tool
