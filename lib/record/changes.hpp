#pragma once
// Changes: the record sandbox.changes/1, what a sandbox changed of the files it was given.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/json.hpp"

namespace sandbox::record {

struct FileChange {
  std::string path;    ///< from the top of what is compared
  std::string status;  ///< added, changed, deleted
  bool in_patch = false;
  std::optional<std::string> reason;  ///< why it is not in the patch
};

struct Changes {
  static constexpr const char* kSchema = "sandbox.changes/1";
  static constexpr std::size_t kMaxFiles = 10000;
  static constexpr std::size_t kMaxPatch = std::size_t{16} << 20;
  std::string sandbox;  ///< id
  std::string path;     ///< inside, what is compared
  std::string base;     ///< what with: a folder here, or an image
  std::vector<FileChange> files;
  std::string patch;
  bool truncated = false;  ///< more files, or a longer patch, than a record holds
  Json from;
};

void to_json(Json& json, const FileChange& change);
void from_json(const Json& json, FileChange& change);
void to_json(Json& json, const Changes& changes);
void from_json(const Json& json, Changes& changes);

}  // namespace sandbox::record
