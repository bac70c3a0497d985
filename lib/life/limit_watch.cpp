#include "life/limit_watch.hpp"

#include "base/error.hpp"
#include "life/ask.hpp"
#include "life/connection.hpp"
#include "life/message.hpp"
#include "record/fields.hpp"

namespace sandbox::life {

using record::Reason;

std::optional<Reason> limit_hit(const LimitCounters& before, const LimitCounters& after) {
  if (after.memory_kills > before.memory_kills) return Reason::memory;
  if (after.pids_hits > before.pids_hits) return Reason::pids;
  if (after.disk_hits > before.disk_hits || after.disk_full) return Reason::disk;
  return std::nullopt;
}

void LimitWatch::begin() {
  if (baseline_ == Baseline::ask && !question_ && !first_) question_ = ask();
}

Fd LimitWatch::ask() const {
  auto connection = dial(store_, id_);
  if (!connection) return Fd();
  try {
    send_message(*connection, {{"ask", "counters"}});
  } catch (const Error&) {
    return Fd();  // it ended meanwhile: the command's own connection says so
  }
  return std::move(*connection);
}

std::optional<LimitWatch::Answer> LimitWatch::read(const Fd& connection) {
  try {
    const auto message = connection ? receive_message(connection) : std::nullopt;
    if (!message) return std::nullopt;
    Answer answer;
    const Json counters = record::field<Json>(message->json, "counters");
    answer.counters.memory_kills = record::field<std::uint64_t>(counters, "memory_kills");
    answer.counters.pids_hits = record::field<std::uint64_t>(counters, "pids_hits");
    answer.counters.disk_hits = record::field<std::uint64_t>(counters, "disk_hits");
    const auto left = record::field_if<std::uint64_t>(counters, "disk_left_bytes");
    answer.counters.disk_full = left && *left < (1 << 20);
    for (const auto& [name, value] : record::field<std::map<std::string, std::string>>(message->json, "secrets"))
      answer.secrets.push_back(value);
    return answer;
  } catch (const Error&) {
    return std::nullopt;
  }
}

const std::optional<LimitWatch::Answer>& LimitWatch::first() {
  if (!first_) first_ = read(question_ ? std::exchange(question_, Fd()) : ask());
  return first_;
}

std::vector<std::string> LimitWatch::secrets() {
  if (!first()) throw_sandbox_gone();
  return first()->secrets;
}

std::optional<Reason> LimitWatch::hit() {
  LimitCounters before;
  if (baseline_ == Baseline::ask) {
    if (!first()) return std::nullopt;
    before = first()->counters;
  }
  const std::optional<Answer> after = read(ask());
  return after ? limit_hit(before, after->counters) : std::nullopt;
}

LimitHit limit_hit_of(std::optional<LimitWatch>& watch) {
  if (!watch) return {};
  return [&watch] { return watch->hit(); };
}

}  // namespace sandbox::life
