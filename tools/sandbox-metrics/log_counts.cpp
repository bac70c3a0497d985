#include "log_counts.hpp"

#include <utility>

#include "amount.hpp"
#include "audit/tail.hpp"
#include "base/error.hpp"

namespace sandbox::tool {

namespace {

double seconds_since_epoch(WallTime time) { return std::chrono::duration<double>(time.time_since_epoch()).count(); }

template <class Counts>
using Kinds = std::map<std::string_view, void (Counts::*)(const record::Entry&)>;

const Kinds<LifeCounts> kLifeKinds = {{"build", &LifeCounts::build},     {"snapshot", &LifeCounts::snapshot}, {"launch", &LifeCounts::launch},
                                      {"command", &LifeCounts::command}, {"copy", &LifeCounts::copy},         {"change", &LifeCounts::change},
                                      {"service", &LifeCounts::service}, {"end", &LifeCounts::end},           {"error", &LifeCounts::error}};
const Kinds<WayCounts> kWayKinds = {
    {"refusal", &WayCounts::refusal}, {"door", &WayCounts::door}, {"access", &WayCounts::access}, {"port", &WayCounts::port}};

}  // namespace

LogCounts::LogCounts(Exposition& exposition)
    : first_(exposition, lives_),
      life_(exposition, lives_, first_),
      ways_(exposition, lives_, first_),
      entries_(exposition.counter("sandbox_log_entries_total", "Entries that were ever written to the log.")),
      first_number_(exposition.gauge("sandbox_log_first_entry_number", "The oldest entry that is still there; when it moves, counters have lost what was dropped.")),
      last_time_(exposition.gauge("sandbox_log_last_entry_timestamp_seconds", "When the last entry was written.")),
      bytes_(exposition.gauge("sandbox_log_bytes", "Bytes of the log's files.")),
      files_(exposition.gauge("sandbox_log_files", "Files of the log.")),
      unreadable_(exposition.counter("sandbox_log_unreadable_total", "Lines of the log that are no entries, or do not hold what they should.")),
      torn_(exposition.counter("sandbox_log_torn_total", "Lines that were never finished and were set aside.")) {
  for (Family* family : {&entries_, &unreadable_, &torn_}) family->add({}, 0);
  for (Family* family : {&first_number_, &last_time_, &bytes_, &files_}) family->set({}, 0);
}

void LogCounts::read(const std::vector<audit::LogFile>& files) {
  for (const audit::LogFile& file : files) {
    bytes_.add({}, static_cast<double>(file.size));
    files_.add({});
    audit::Lines lines(file, 0, audit::kMaxLine);
    while (const auto line = lines.next()) take(*line);
  }
}

void LogCounts::take(std::string_view line) {
  try {
    count(record::parse(line, "the log").get<record::Entry>());
  } catch (const Error&) {
    unreadable_.add({});
  }
}

void LogCounts::count(const record::Entry& entry) {
  const double number = static_cast<double>(entry.number);
  last_time_.set({}, seconds_since_epoch(parse_rfc3339(entry.time)));
  if (!std::exchange(begun_, true)) first_number_.set({}, number);
  entries_.set({}, number);
  if (entry.kind == "torn") torn_.add({});
  if (const auto found = kLifeKinds.find(entry.kind); found != kLifeKinds.end()) (life_.*found->second)(entry);
  if (const auto found = kWayKinds.find(entry.kind); found != kWayKinds.end()) (ways_.*found->second)(entry);
}

void LogCounts::add_living(const std::vector<record::Sandbox>& sandboxes) {
  for (const record::Sandbox& sandbox : sandboxes)
    if (sandbox.state != "starting" && !lives_.has_ended(sandbox.id)) life_.stages(sandbox.timings_ms);
}

}  // namespace sandbox::tool
