#pragma once
// Section: one part of a comment, made from one record. A new kind of record is a function here
// and a row in story.cpp.
#include <set>
#include <string>
#include <vector>

#include "record/json.hpp"

namespace sandbox::tool {

/// One line that stands wherever there is no room for more. Its words are ours, the quotes are
/// anybody's.
struct Brief {
  std::string says;
  std::vector<std::string> quotes;
};

struct Section {
  std::string name;   ///< as a record of sandbox-comment lists what was folded
  int place = 0;      ///< the lowest stands first
  int weight = 0;     ///< when room is short, the lowest goes first
  std::string text;   ///< Markdown, whole lines
  Brief brief;
};

/// What a section should know of the other records.
struct Setting {
  std::set<std::string> ended;  ///< ids of sandboxes that are gone
};

using Sections = std::vector<Section>;

Sections tell_failure(const Json& record, const Setting& setting);
Sections tell_image(const Json& record, const Setting& setting);
Sections tell_sandbox(const Json& record, const Setting& setting);
Sections tell_outcome(const Json& record, const Setting& setting);
Sections tell_report(const Json& record, const Setting& setting);
Sections tell_changes(const Json& record, const Setting& setting);
Sections tell_findings(const Json& record, const Setting& setting);
Sections tell_measurements(const Json& record, const Setting& setting);
Sections tell_end(const Json& record, const Setting& setting);

/// Behind a line to click on; `title` is ours.
std::string folded(const std::string& title, const std::string& text);

std::string in_markdown(const Brief& brief);
std::string in_plain_text(const Brief& brief);
std::string in_html(const Brief& brief);

}  // namespace sandbox::tool
