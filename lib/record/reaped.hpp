#pragma once
// Reaped: the record sandbox.reaped/1, one ended sandbox (or removed image) and what that
// freed. The proof that it is gone.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "record/json.hpp"
#include "record/usage.hpp"

namespace sandbox::record {

struct Freed {
  std::uint64_t processes = 0;
  std::uint64_t mounts = 0;
  std::uint64_t cgroups = 0;
  std::uint64_t ports = 0;
  std::uint64_t bytes = 0;
  std::uint64_t directories = 0;
};

struct Reaped {
  static constexpr const char* kSchema = "sandbox.reaped/1";
  std::string kind = "sandbox";  ///< sandbox, image, layer, template, machine, debris
  std::string id;                ///< sandbox id, image or layer digest, path of debris
  std::optional<std::string> name;
  std::string ended;  ///< asked, ttl, idle, evicted, exit, crash, reboot, unused
  bool dry_run = false;
  Freed freed;
  std::optional<Usage> usage;  ///< over the whole life, when somebody counted
  std::map<std::string, double> timings_ms;
  std::optional<std::string> log_head;  ///< NUMBER:SHA-256 of the log's last entry; nothing without a log
  Json from;
};

void to_json(Json& json, const Freed& freed);
void from_json(const Json& json, Freed& freed);
void to_json(Json& json, const Reaped& reaped);
void from_json(const Json& json, Reaped& reaped);

}  // namespace sandbox::record
