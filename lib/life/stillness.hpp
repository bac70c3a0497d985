#pragma once
// Stillness: a sandbox stands still while somebody copies its files. The supervisor's side; the
// other is still.hpp. Who copies is a visitor that stays: whatever becomes of him, his connection
// closes, and the sandbox goes on.
#include <string>
#include <vector>

#include "life/owned_sandbox.hpp"
#include "record/image.hpp"

namespace sandbox::life {

/// What who copies is told, beside the descriptors of engine::Written.
struct Stillness {
  /// A virtual machine instead of files: descriptors are those of engine::Running.
  struct Machine {
    record::SavedMachine shape;
    std::uint64_t address = 0;
    Path image;  ///< under its disk
  };
  std::optional<Machine> machine;
  isolate::IdMap ids;
  std::vector<std::string> files;    ///< on which something of ours is mounted: "etc/hosts"
  std::vector<std::string> folders;  ///< or of the caller's: files or folders
};

void to_json(Json& json, const Stillness& stillness);
void from_json(const Json& json, Stillness& stillness);

struct ToldStillness {
  Stillness stillness;
  engine::Written written;
  std::vector<int> descriptors() const;
};

/// One copier more; of a virtual machine there can be one only, who brings it to rest himself. Throws Error when it cannot stand still; then it has not.
ToldStillness stand_still(OwnedSandbox& owned);

/// One less; with the last of them it goes on, unless it is paused.
void move_on(OwnedSandbox& owned) noexcept;

}  // namespace sandbox::life
