#pragma once
// Log counts: the whole log, read once from its first entry, entry by entry; and of the log
// itself how much there is, how it grows, and what of it nobody can read.
#include <string_view>
#include <vector>

#include "audit/files.hpp"
#include "life_counts.hpp"
#include "record/sandbox.hpp"
#include "way_counts.hpp"

namespace sandbox::tool {

class LogCounts {
 public:
  explicit LogCounts(Exposition& exposition);

  void read(const std::vector<audit::LogFile>& files);
  /// A line that is no entry, or not one of its kind, is counted as that and loses nothing else.
  void take(std::string_view line);

  /// The launches of those whose end is not in the log.
  void add_living(const std::vector<record::Sandbox>& sandboxes);

 private:
  void count(const record::Entry& entry);
  bool begun_ = false;
  Lives lives_;
  FirstAccess first_;
  LifeCounts life_;
  WayCounts ways_;
  Family &entries_, &first_number_, &last_time_, &bytes_, &files_, &unreadable_, &torn_;
};

}  // namespace sandbox::tool
