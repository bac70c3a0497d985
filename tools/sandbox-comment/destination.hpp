#pragma once
// Destination: where a comment goes, from the options and from what the CI job says of itself.
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "forge/forge.hpp"
#include "forge/surroundings.hpp"

namespace sandbox::tool {

struct Where {
  std::string to, api, project, room, commit;
  std::optional<std::uint64_t> number;
  std::optional<std::string> token_file;
  std::optional<std::chrono::milliseconds> patience;
};

struct Destination {
  std::string to;  ///< gitlab, github, gitea, matrix, summary
  std::optional<forge::Connection> connection;  ///< not of a summary
  forge::Place place;
  std::string room, summary;
  std::string instead;  ///< why it is the summary, where that was not asked for

  /// As its record says it.
  std::string name() const;
  std::unique_ptr<forge::Forge> forge() const;
};

/// Throws Error(input) that says what is missing and how to give it.
Destination destination_of(const Where& where, const forge::Surroundings& around, const forge::Environment& environment);

/// The kind that is meant, empty when nobody says.
std::string kind_of(const Where& where, const forge::Surroundings& around);

/// Most bytes of a comment there.
std::size_t most_bytes(const std::string& kind);

}  // namespace sandbox::tool
