#include "record/comment.hpp"

#include "record/fields.hpp"

namespace sandbox::record {

void to_json(Json& json, const Comment& comment) {
  json = {{"schema", Comment::kSchema},
          {"to", comment.to},
          {"place", or_null(comment.place)},
          {"key", comment.key},
          {"action", comment.action},
          {"id", or_null(comment.id)},
          {"url", or_null(comment.url)},
          {"bytes", comment.bytes},
          {"folded", comment.folded},
          {"says_no", comment.says_no},
          {"status", or_null(comment.status)},
          {"body", or_null(comment.body)},
          {"from", comment.from}};
}

void from_json(const Json& json, Comment& comment) {
  comment.to = field<std::string>(json, "to");
  comment.place = field_if<std::string>(json, "place");
  comment.key = field<std::string>(json, "key");
  comment.action = field<std::string>(json, "action");
  comment.id = field_if<std::string>(json, "id");
  comment.url = field_if<std::string>(json, "url");
  comment.bytes = field<std::uint64_t>(json, "bytes");
  comment.folded = field<std::vector<std::string>>(json, "folded");
  comment.says_no = field<bool>(json, "says_no");
  comment.status = field_if<std::string>(json, "status");
  comment.body = field_if<std::string>(json, "body");
  comment.from = from_of(json);
}

}  // namespace sandbox::record
