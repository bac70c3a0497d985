#include "accesses.hpp"

#include <unistd.h>

#include "base/clock.hpp"

namespace sandbox::doorman {

void Accesses::add(record::Access access) {
  if (written_ == kMost) return;
  access.time = rfc3339(wall_now());
  const std::string line = record::dump(access) + "\n";
  // A log that is full or gone must not shut the ports that are open.
  if (::write(log_.get(), line.data(), line.size()) >= 0) ++written_;
}

}  // namespace sandbox::doorman
