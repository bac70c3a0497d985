#include "record/entry.hpp"

#include "record/fields.hpp"

namespace sandbox::record {

void to_json(Json& json, const Actor& actor) {
  json = Json::object();
  json["uid"] = actor.uid;
  json["name"] = or_null(actor.name);
}

void from_json(const Json& json, Actor& actor) {
  actor.uid = field<std::uint32_t>(json, "uid");
  actor.name = field_if<std::string>(json, "name");
}

// Field by field: an initializer list makes an array of each pair first, which is a third of the
// time of an entry.
void to_json(Json& json, const Entry& entry) {
  json = Json::object();
  json["schema"] = Entry::kSchema;
  json["number"] = entry.number;
  json["time"] = entry.time;
  json["kind"] = entry.kind;
  json["sandbox"] = or_null(entry.sandbox);
  json["actor"] = entry.actor;
  json["source"]["tool"] = entry.source.tool;
  json["source"]["pid"] = entry.source.pid;
  json["event"] = entry.event;
  json["shortened"] = entry.shortened;
  json["previous"] = or_null(entry.previous);
  json["from"] = entry.from;
}

void from_json(const Json& json, Entry& entry) {
  entry.number = field<std::uint64_t>(json, "number");
  entry.time = field<std::string>(json, "time");
  entry.kind = field<std::string>(json, "kind");
  entry.sandbox = field_if<std::string>(json, "sandbox");
  entry.actor = field<Actor>(json, "actor");
  const Json source = field<Json>(json, "source");
  entry.source = {field<std::string>(source, "tool"), field<int>(source, "pid")};
  entry.event = field<Json>(json, "event");
  entry.shortened = field<bool>(json, "shortened");
  entry.previous = field_if<std::string>(json, "previous");
  entry.from = from_of(json);
}

}  // namespace sandbox::record
