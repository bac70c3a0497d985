#pragma once
// Cursor: goes from folder to folder in a tree that is being written, for entries that come by
// their paths and in any order.
#include <string>
#include <string_view>
#include <vector>

#include "wire/item_writer.hpp"

namespace sandbox::tool {

/// "./a//b/" → a, b.
std::vector<std::string> parts_of(std::string_view path);

class Cursor {
 public:
  explicit Cursor(wire::ItemWriter& out) : out_(out) {}

  /// Leaves and enters folders; one that is missing there is made. 0, or the errno of the pipe.
  int go_to(const std::vector<std::string>& folder);
  /// The entry of a folder was just written: we are in it.
  void entered(const std::string& name) { at_.push_back(name); }

 private:
  wire::ItemWriter& out_;
  std::vector<std::string> at_;
};

}  // namespace sandbox::tool
