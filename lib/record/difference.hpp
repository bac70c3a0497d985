#pragma once
// Difference: the record sandbox.difference/1, what one image has that another has not.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/json.hpp"

namespace sandbox::record {

struct ImageName {
  std::string name, digest;
};

/// One package in both images; absent where it is not installed.
struct PackageDifference {
  std::string name, architecture;
  std::optional<std::string> before, after;  ///< versions
};

struct FileState {
  std::string type;   ///< file, directory, link, fifo, socket
  std::string mode;   ///< "0755"
  std::string owner;  ///< "0:0"
  std::uint64_t bytes = 0;
  std::optional<std::string> target;  ///< of a link
};

struct FileDifference {
  std::string path;  ///< absolute; bytes
  std::optional<FileState> before, after;
  std::vector<std::string> changed;  ///< type, mode, owner, size, content, target, attributes; empty unless in both
};

struct Counts {
  std::uint64_t added = 0, removed = 0, changed = 0;
};

struct Difference {
  static constexpr const char* kSchema = "sandbox.difference/1";
  static constexpr std::size_t kMaxFiles = 20'000;
  ImageName before, after;
  Counts package_counts, file_counts;
  std::vector<PackageDifference> packages;
  std::vector<FileDifference> files;
  bool truncated = false;  ///< there are more files than kMaxFiles; the counts are of all
  Json from;
};

void to_json(Json& json, const ImageName& name);
void from_json(const Json& json, ImageName& name);
void to_json(Json& json, const PackageDifference& package);
void from_json(const Json& json, PackageDifference& package);
void to_json(Json& json, const FileState& state);
void from_json(const Json& json, FileState& state);
void to_json(Json& json, const FileDifference& file);
void from_json(const Json& json, FileDifference& file);
void to_json(Json& json, const Counts& counts);
void from_json(const Json& json, Counts& counts);
void to_json(Json& json, const Difference& difference);
void from_json(const Json& json, Difference& difference);

}  // namespace sandbox::record
