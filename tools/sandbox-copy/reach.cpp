#include "reach.hpp"

#include "cli/interrupt.hpp"
#include "life/ask.hpp"
#include "store/sandboxes.hpp"

namespace sandbox::tool {

Reach::Reach(const store::Store& store, audit::Log& log, const std::string& id_or_name)
    : store_(store), log_(log), sandbox_(store::running_sandbox(store, id_or_name)) {
  log.concerns(sandbox_.id);
}

Fd Reach::connect() const { return life::connect_to(store_, sandbox_.id); }

void stop_if_asked() { cli::stop_if_interrupted(); }

}  // namespace sandbox::tool
