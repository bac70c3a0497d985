#pragma once
// Values: reads typed values out of a Yaml tree and refuses the rest with its place. A number
// where text belongs has to be quoted, because other readers of YAML would change it
// (3.10 → 3.1, 010 → 8, no → false); a quoted number is text.
#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>

#include "build/yaml.hpp"

namespace sandbox::build {

class Values {
 public:
  explicit Values(std::string file) : file_(std::move(file)) {}

  std::string text(const Yaml& node) const;
  /// Begins with '/', has no "..", no empty parts; "/a/b/" becomes "/a/b".
  std::string absolute_path(const Yaml& node) const;
  std::uint64_t size(const Yaml& node, std::uint64_t least) const;
  std::chrono::milliseconds duration(const Yaml& node, std::chrono::milliseconds least, std::chrono::milliseconds most) const;
  std::uint64_t whole(const Yaml& node, std::uint64_t least, std::uint64_t most) const;
  double decimal(const Yaml& node, double least, double most) const;
  bool truth(const Yaml& node) const;
  const std::vector<Yaml>& list(const Yaml& node) const;

  /// A map with these keys only.
  void each(const Yaml& node, std::initializer_list<std::string_view> known,
            const std::function<void(std::string_view key, const Yaml& value)>& take) const;
  /// A map with any keys.
  void each_free(const Yaml& node, const std::function<void(const Yaml::Entry&)>& take) const;

  Error problem(const Yaml& node, std::string_view what) const { return problem_at(file_, node.place, what); }
  Error problem(Place place, std::string_view what) const { return problem_at(file_, place, what); }
  Error unknown(const Yaml::Entry& entry, std::span<const std::string_view> known) const;

 private:
  Error expected(const Yaml& node, std::string_view what) const;
  std::string file_;
};

bool is_number(std::string_view text);    ///< digits only
bool is_suite(std::string_view text);     ///< bookworm, trixie, sid …
bool is_package(std::string_view text);   ///< a Debian package, perhaps with =VERSION or /SUITE
bool is_variable(std::string_view text);  ///< of an environment
bool is_user(std::string_view text);      ///< a name, UID or UID:GID
/// A relative path that does not leave where it starts by its text alone.
bool is_beneath(std::string_view path);

}  // namespace sandbox::build
