#pragma once
// Compose: the sections as one text that is no longer than it may be. What matters least is
// folded into its line first; when even the lines are too many, they go in the same order.
#include "forge/matrix.hpp"
#include "story.hpp"

namespace sandbox::tool {

struct Heading {
  std::string key;
  std::string title;    ///< the caller's words
  std::string commit;   ///< may be empty
  std::string job_url;  ///< the same
};

struct Composed {
  std::string text;
  std::vector<std::string> folded;  ///< names of sections, each once
};

/// Markdown that begins with the marker.
Composed compose(const Heading& heading, const Story& story, std::size_t most);

/// A few lines for a room.
forge::Message compose_message(const Heading& heading, const Story& story);

/// One line for the status of a commit.
std::string one_line(const Story& story);

}  // namespace sandbox::tool
