#include "record/entry.hpp"

#include "record/fields.hpp"

namespace sandbox::record {

void to_json(Json& json, const Actor& actor) { json = {{"uid", actor.uid}, {"name", or_null(actor.name)}}; }

void from_json(const Json& json, Actor& actor) {
  actor.uid = field<std::uint32_t>(json, "uid");
  actor.name = field_if<std::string>(json, "name");
}

void to_json(Json& json, const Entry& entry) {
  json = {{"schema", Entry::kSchema},
          {"number", entry.number},
          {"time", entry.time},
          {"kind", entry.kind},
          {"sandbox", or_null(entry.sandbox)},
          {"actor", entry.actor},
          {"source", {{"tool", entry.source.tool}, {"pid", entry.source.pid}}},
          {"event", entry.event},
          {"shortened", entry.shortened},
          {"previous", or_null(entry.previous)},
          {"from", entry.from}};
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
