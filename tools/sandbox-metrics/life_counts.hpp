#pragma once
// Life counts: what the log says of builds, launches, commands, ends and failures.
#include <map>

#include "capped.hpp"
#include "exposition.hpp"
#include "first_access.hpp"
#include "lives.hpp"
#include "record/entry.hpp"

namespace sandbox::tool {

class LifeCounts {
 public:
  LifeCounts(Exposition& exposition, Lives& lives, FirstAccess& first);

  /// Throws Error(input) on an entry that does not hold what its kind promises; nothing of it is counted then.
  void build(const record::Entry& entry);
  void snapshot(const record::Entry& entry);
  void launch(const record::Entry& entry);
  void command(const record::Entry& entry);
  void copy(const record::Entry& entry);
  void change(const record::Entry& entry);
  void service(const record::Entry& entry);
  void end(const record::Entry& entry);
  void error(const record::Entry& entry);

  /// The stages of a launch: of a sandbox that ended from the log, of one that lives from its record.
  void stages(const std::map<std::string, double>& timings_ms);

 private:
  void declare_zeros();
  Lives& lives_;
  FirstAccess& first_;
  Capped recipes_, stages_, engines_, reasons_, tools_, codes_;
  Family &launches_, &stage_seconds_, &ends_, &reaped_, &life_seconds_, &cpu_seconds_;
  Family &commands_, &command_seconds_, &copies_, &copied_bytes_, &builds_, &snapshots_, &changes_, &services_, &failures_;
};

}  // namespace sandbox::tool
