#pragma once
// Entry: the record sandbox.entry/1, one line of the audit log. Each holds the SHA-256 of the
// line before it, so that the last one vouches for all.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "record/json.hpp"

namespace sandbox::record {

/// What can happen. A log written by a newer version may hold others, and they are read, too.
inline constexpr std::array<std::string_view, 15> kEventKinds = {"build", "snapshot", "launch", "command", "copy", "service", "change",
                                                                 "refusal", "door", "access", "port", "end", "error", "torn", "dropped"};

/// On whose behalf.
struct Actor {
  std::uint32_t uid = 0;
  std::optional<std::string> name;  ///< SANDBOX_ACTOR
};

/// Which program wrote it.
struct Source {
  std::string tool;
  int pid = 0;
};

struct Entry {
  static constexpr const char* kSchema = "sandbox.entry/1";
  std::uint64_t number = 0;  ///< the first is 1
  std::string time;
  std::string kind;
  std::optional<std::string> sandbox;  ///< its id
  Actor actor;
  Source source;
  Json event;              ///< an object; its fields depend on the kind
  bool shortened = false;  ///< parts of the event were too long
  std::optional<std::string> previous;  ///< SHA-256 of the line before; nothing in the first
  Json from;
};

void to_json(Json& json, const Actor& actor);
void from_json(const Json& json, Actor& actor);
void to_json(Json& json, const Entry& entry);
void from_json(const Json& json, Entry& entry);

}  // namespace sandbox::record
