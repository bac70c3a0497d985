#pragma once
// Yaml: the small, unambiguous part of YAML that recipes are written in, as a tree that knows
// where everything stands. What has surprised people in YAML is refused with its place:
// duplicate keys, anchors and aliases (bombs), merge keys, tags, a second document, control
// characters, deep nesting, files beyond a megabyte.
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"

namespace sandbox::build {

/// As editors count: from 1.
struct Place {
  int line = 1;
  int column = 1;
};

/// "FILE:LINE:COLUMN: problem", exit code 2.
Error problem_at(const std::string& file, Place place, std::string_view problem);

struct Yaml {
  enum class Kind { null, text, list, map };
  struct Entry;

  Kind kind = Kind::null;
  Place place;
  std::string text;     ///< of a scalar, as written
  bool quoted = false;  ///< "yes" is text, yes is a truth value to other readers
  std::vector<Yaml> items;
  std::vector<Entry> entries;  ///< in the order of the file
};

struct Yaml::Entry {
  std::string key;
  Place place;
  Yaml value;
};

/// Reads one document; `shown` names the file in errors.
Yaml parse_yaml(const std::string& text, const std::string& shown);

/// The same from a regular file of at most 1 MiB; a link to one may not lead out of its folder, which may be a stranger's.
Yaml read_yaml(const Path& file);
std::string read_yaml_text(const Path& file);

}  // namespace sandbox::build
