#include "image/merged.hpp"

#include <fcntl.h>

#include <map>

#include "base/error.hpp"
#include "image/deletion.hpp"

namespace sandbox::image {

namespace {

/// One layer's part of a directory.
struct Part {
  std::size_t layer;
  Readable directory;
};

using Visit = std::function<void(const Merged&)>;

void walk(const std::vector<Part>& parts, const std::string& path, const Visit& visit);

/// `having`: the parts that have the name, topmost first. What one of them is no directory for,
/// deletes or hides ends the list.
void take(const std::vector<Part>& parts, const std::vector<std::size_t>& having, const std::string& name,
          const std::string& path, const Visit& visit) {
  std::vector<Part> below;
  bool found = false;
  for (const std::size_t i : having) {
    const int parent = parts[i].directory.fd().get();
    const struct stat info = look_at(parent, name.c_str(), path);
    if (is_whiteout(info) || (found && !S_ISDIR(info.st_mode))) break;
    if (!found) visit({path, parts[i].layer, info, parent, name.c_str()});
    found = true;
    if (!S_ISDIR(info.st_mode)) break;
    below.push_back({parts[i].layer, Readable::open(parent, name.c_str(), info, path)});
    if (is_opaque(parent, name.c_str())) break;
  }
  walk(below, path + "/", visit);
}

void walk(const std::vector<Part>& parts, const std::string& path, const Visit& visit) {
  std::map<std::string, std::vector<std::size_t>> names;
  for (std::size_t i = 0; i < parts.size(); ++i)
    for (const std::string& name : parts[i].directory.names()) names[name].push_back(i);
  for (const auto& [name, having] : names) take(parts, having, name, path + name, visit);
}

}  // namespace

void each_merged(const std::vector<Path>& trees, const Visit& visit) {
  std::vector<Part> top;
  for (std::size_t i = trees.size(); i-- > 0;) {
    const std::string& tree = trees[i].native();
    top.push_back({i, Readable::open(AT_FDCWD, tree.c_str(), look_at(AT_FDCWD, tree.c_str(), tree), tree)});
  }
  walk(top, "", visit);
}

}  // namespace sandbox::image
