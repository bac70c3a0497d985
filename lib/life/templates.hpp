#pragma once
// Templates: machines that were started once, and whose copies start at once. Each is held by a keeper,
// a process that has its sealed memory and ends when nobody has asked for so long; the store knows
// it by a lock that the keeper holds for life and by a socket.
#include <chrono>
#include <optional>
#include <vector>

#include "engine/vm/template.hpp"
#include "record/reaped.hpp"
#include "store/store.hpp"

namespace sandbox::life {

/// The files of one, by the key of its shape.
struct TemplateFiles {
  Path lock, socket;
  static TemplateFiles of(const store::Store& store, const std::string& key);
};

/// Of the shape of a spec with `vm`, or of the machine that it goes on from.
std::string template_key(const engine::Spec& spec);

/// What a keeper is told by whoever starts it.
struct KeeperOrders {
  Path store_state, store_run;
  engine::Spec spec;  ///< only what a shape needs
  std::chrono::milliseconds idle{};
};
void to_json(Json& json, const KeeperOrders& orders);
void from_json(const Json& json, KeeperOrders& orders);

/// Sees to it that the template for a spec with `vm` is kept, which takes as long as a machine's start if it
/// is the first. Returns its keeper's socket. Throws Error with the reason when there cannot be one.
Path ensure_template(const store::Store& store, const engine::Spec& spec);

/// From its keeper; nothing when that has just ended.
std::optional<engine::Template> fetch_template(const Path& socket);

/// Ends keepers, or removes what dead ones left.
enum class Which { dead, all };
std::vector<record::Reaped> end_templates(const store::Store& store, Which which, bool dry_run);

/// Ends the keeper of a saved machine, by the digest of its layer, if there is one.
void end_keeper_of(const store::Store& store, std::string_view digest);

}  // namespace sandbox::life
