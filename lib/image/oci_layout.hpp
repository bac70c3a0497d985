#pragma once
// OciLayout: an image as others hand it over: the layout of the Open Container Initiative in a
// directory or in a tar archive of it, or what `docker save` writes. Everything in it is a
// stranger's: what is read is found by its digest and has it, sizes are bounded, and an image
// for another kind of machine is no image.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "record/json.hpp"

namespace sandbox::image {

/// A file of the layout, where it lies.
struct Blob {
  Fd file;
  std::uint64_t offset = 0, size = 0;
};

struct OciLayer {
  std::string name;     ///< of the file in the layout
  std::string digest;   ///< "sha256:…" of that file; empty where only the content has one
  std::string content;  ///< "sha256:…" of what it is when it is plain
};

struct OciImage {
  std::vector<OciLayer> layers;  ///< lowest first
  Json config;  ///< "config" of the image's configuration: Env, User, WorkingDir, Labels …
};

class OciLayout {
 public:
  /// `place` is a directory or a file (O_PATH will do); `shown` names it in errors.
  static OciLayout open(const Fd& place, std::string shown);

  /// The image with this name, or the only one there is. Throws Error(input); Error(host) when it
  /// is for other machines than this one.
  OciImage find(const std::string& tag) const;

  /// Throws Error(input) when it is not there.
  Blob blob(const std::string& name) const;

 private:
  struct Span {
    std::uint64_t offset = 0, size = 0;
  };
  OciLayout(Fd place, std::string shown) : place_(std::move(place)), shown_(std::move(shown)) {}
  void read_members();
  bool has(const std::string& name) const;
  Json read_json(const std::string& name, const std::string& digest) const;
  OciImage find_in_index(const std::string& tag) const;
  OciImage find_in_docker_list(const std::string& tag) const;
  Json manifest_of(const Json& descriptor, int depth) const;
  Json choose(const Json& index, const std::string& tag, int depth) const;
  OciImage image_of(const Json& configuration, std::vector<OciLayer> layers) const;
  Error problem(std::string_view what, const std::string& hint = "") const;

  Fd place_;  // the directory, or the archive
  bool is_archive_ = false;
  std::map<std::string, Span> members_;  // of the archive
  std::map<std::string, std::string> links_;
  std::string shown_;
};

/// Copies a blob to a file and returns "sha256:…" of it.
std::string copy_blob(const Blob& blob, const Fd& to, std::string_view shown);

}  // namespace sandbox::image
