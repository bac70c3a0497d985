#pragma once
// Way counts: what the log says of doors and ports. It has an entry when something happens
// first and another with all of it at the end of the sandbox; what was counted at first is not
// counted again.
#include "capped.hpp"
#include "exposition.hpp"
#include "first_access.hpp"
#include "lives.hpp"
#include "record/entry.hpp"

namespace sandbox::tool {

class WayCounts {
 public:
  WayCounts(Exposition& exposition, Lives& lives, FirstAccess& first);

  /// These throw Error(input), too.
  void refusal(const record::Entry& entry);
  void door(const record::Entry& entry);
  void access(const record::Entry& entry);
  void port(const record::Entry& entry);

 private:
  Lives& lives_;
  FirstAccess& first_;
  Capped reasons_;
  Family &refusals_, &door_connections_, &door_bytes_, &port_connections_, &port_refusals_, &port_bytes_;
};

}  // namespace sandbox::tool
