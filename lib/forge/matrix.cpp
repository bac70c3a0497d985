#include "forge/matrix.hpp"

#include <fmt/format.h>

#include "digest/sha256.hpp"

namespace sandbox::forge {

bool is_room(std::string_view text) { return text.size() > 1 && text.size() <= 255 && text.front() == '!' && text.find('/') == text.npos; }

std::string send_message(const Connection& connection, const std::string& room, const Message& message) {
  Api api(connection, "Authorization: Bearer " + connection.token.secret(), {"Accept: application/json"},
          "a user that is in the room and may write there");
  const Json content{{"msgtype", "m.notice"},
                     {"body", message.plain},
                     {"format", "org.matrix.custom.html"},
                     {"formatted_body", message.html},
                     {"m.mentions", Json::object()}};  // nobody is called, whatever the text looks like
  const std::string transaction = "sandbox-" + digest::sha256_hex(room + "\n" + record::dump(content)).substr(0, 40);
  const Json answer = api.ask("PUT", fmt::format("/_matrix/client/v3/rooms/{}/send/m.room.message/{}", segment(room), transaction), content);
  const std::string id = text_field(answer, "event_id");
  if (id.empty()) throw Error(ExitCode::failed, fmt::format("'{}' names no event", connection.address.text()), "is this the address of a homeserver?");
  return id;
}

}  // namespace sandbox::forge
