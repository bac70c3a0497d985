#pragma once
// CDI: what a host says about its devices, in the files of the Container Device Interface
// (version 1.1 and older). A file that says something unknown is refused as a whole: half of
// what a device needs is worse than none.
#include <optional>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "record/json.hpp"

namespace sandbox::life {

struct CdiNode {
  std::string path;  ///< inside
  Path host;
  std::optional<unsigned> mode;
  std::optional<unsigned> major, minor;
};

struct CdiMount {
  Path host;
  std::string path;  ///< inside
};

/// What having a device changes.
struct CdiEdits {
  std::vector<std::string> env;  ///< NAME=VALUE
  std::vector<CdiNode> nodes;
  std::vector<CdiMount> mounts;
  std::vector<std::string> ignored;  ///< hooks and the like, for people
};

/// The edits for a device in one file's text; nothing when the file describes other devices.
/// Throws Error(host) when it breaks the rules; `shown` names it.
std::optional<CdiEdits> find_in_cdi(const Json& file, const std::string& device, const std::string& shown);

/// The same in the files of folders, those of a later folder first. Files must belong to root
/// or to us, and be closed to others. Throws Error(host) with the fix when no file has it.
CdiEdits find_device(const std::vector<std::string>& folders, const std::string& device);

}  // namespace sandbox::life
