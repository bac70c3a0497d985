#include "cursor.hpp"

#include "base/text.hpp"

namespace sandbox::tool {

std::vector<std::string> parts_of(std::string_view path) {
  std::vector<std::string> parts;
  for (const std::string_view part : split(path, '/'))
    if (!part.empty() && part != ".") parts.emplace_back(part);
  return parts;
}

int Cursor::go_to(const std::vector<std::string>& folder) {
  std::size_t common = 0;
  while (common < at_.size() && common < folder.size() && at_[common] == folder[common]) ++common;
  for (; at_.size() > common; at_.pop_back())
    if (const int error = out_.put({.item = wire::Item::end})) return error;
  for (; at_.size() < folder.size(); at_.push_back(folder[at_.size()]))
    if (const int error = out_.put({.item = wire::Item::directory, .flags = wire::kImplied, .mode = 0755}, folder[at_.size()]))
      return error;
  return 0;
}

}  // namespace sandbox::tool
