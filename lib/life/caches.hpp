#pragma once
// Named caches: folders of the store that outlive sandboxes, kept apart by scope. A merge
// request reads what the trusted scope had when it came first, and writes its own copy.
#include "engine/machine.hpp"
#include "store/store.hpp"

namespace sandbox::life {

/// "NAME:PATH" in this scope, as a writable share. The folder is made on first use.
engine::Share open_cache(const store::Store& store, const std::string& text, const std::string& scope);

}  // namespace sandbox::life
