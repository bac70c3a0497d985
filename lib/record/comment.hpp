#pragma once
// Comment: the record sandbox.comment/1, what sandbox-comment said, and where.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/json.hpp"

namespace sandbox::record {

struct Comment {
  static constexpr const char* kSchema = "sandbox.comment/1";
  std::string to;                    ///< gitlab, github, gitea, matrix, summary; none: a dry run
  std::optional<std::string> place;  ///< PROJECT!NUMBER, PROJECT#NUMBER, a room, a file
  std::string key;
  std::string action;              ///< created, updated, unchanged, sent, written, shown
  std::optional<std::string> id;   ///< of the comment or event
  std::optional<std::string> url;
  std::uint64_t bytes = 0;
  std::vector<std::string> folded;    ///< names of sections that are not there in full
  bool says_no = false;               ///< what the records tell is a failure
  std::optional<std::string> status;  ///< success, failure: of the commit, where it was set
  std::optional<std::string> body;    ///< of a dry run
  Json from;
};

void to_json(Json& json, const Comment& comment);
void from_json(const Json& json, Comment& comment);

}  // namespace sandbox::record
