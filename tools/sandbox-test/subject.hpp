#pragma once
// Subject: what is tested, in which sandboxes: found from a name or from a record.
#include <optional>
#include <string>

#include "place.hpp"
#include "record/json.hpp"

namespace sandbox::tool {

/// A sandbox that runs, or an image from which each attempt launches one.
struct Subject {
  std::optional<std::string> sandbox;
  std::optional<record::Image> image;  ///< of the sandbox, too, while the store has it
  Json from;
};

Subject subject_named(const Session& session, const std::string& name);
Subject subject_in(const Session& session, const Json& record);

/// The test cases of the image's recipe; throws Error(input) when there are none.
Path tests_of(const Subject& subject);

}  // namespace sandbox::tool
