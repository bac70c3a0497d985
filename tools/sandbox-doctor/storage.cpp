#include <fcntl.h>
#include <fmt/format.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>

#include "audit/chain.hpp"
#include "base/said.hpp"
#include "base/text.hpp"
#include "examination.hpp"
#include "record/reaped.hpp"
#include "storage_facts.hpp"
#include "trial.hpp"

namespace sandbox::tool {

namespace {

constexpr std::size_t kMostRecords = 64 << 20;

DiagnosisLine examine_space(const Path& place) {
  struct statvfs info {};
  if (::statvfs(place.c_str(), &info) < 0)
    return lacking(line_of(HostCheck::space, "store", Need::required, "images, layers and what sandboxes write"),
                   fmt::format("cannot look at '{}': {}", place.native(), error_text(errno)));
  const std::uint64_t block = info.f_frsize;
  return judge_space({info.f_bavail * block, info.f_blocks * block, info.f_favail, info.f_files});
}

std::vector<std::string> own_environment() {
  std::vector<std::string> all;
  for (char** one = environ; *one; ++one) all.emplace_back(*one);
  return all;
}

/// What sandbox-reap would free: one record each.
std::string count_debris() {
  Command command;
  command.program = program_directory() / "sandbox-reap";
  command.arguments = {"sandbox-reap", "--orphans", "--dry-run", "--json"};
  command.environment = own_environment();
  const Said said = said_by(std::move(command), kMostRecords);
  const int code = shell_code(said.ending);
  if (code != 0) throw Error(ExitCode::failed, fmt::format("sandbox-reap --orphans --dry-run exits {}", code));
  return fmt::format("{}", std::ranges::count(said.text, '\n'));
}

DiagnosisLine examine_debris() {
  auto line = line_of(HostCheck::debris, "store", Need::optional, "what dead supervisors and interrupted builds left takes room");
  const Tried tried = try_out(count_debris, std::chrono::seconds(60));
  if (!tried.holds) return degraded(std::move(line), tried.found, advice(tried.hint));
  if (tried.found == "0") return ok(std::move(line), "nothing is left behind");
  return degraded(std::move(line), fmt::format("{} things that nobody owns", tried.found), Fix{"sandbox-reap --orphans", false, true});
}

std::string verify_log(const Path& directory) {
  const record::Verified verified = audit::verify(audit::read_chain(audit::take_files(directory)), {});
  if (verified.fault)
    throw Error(ExitCode::no, fmt::format("entry {} was {}", verified.fault->number, verified.fault->what), "sandbox-log --verify");
  return verified.head ? fmt::format("{} entries, head {}", verified.entries, verified.head->substr(0, verified.head->find(':') + 13)) : "empty";
}

DiagnosisLine examine_log(const store::Store& store) {
  auto line = line_of(HostCheck::log, "store", Need::optional, "history that shows when it was edited");
  const Tried tried = try_out([&] { return verify_log(store.log()); }, std::chrono::seconds(60));
  return tried.holds ? ok(std::move(line), tried.found) : degraded(std::move(line), tried.found, advice(tried.hint));
}

}  // namespace

std::vector<DiagnosisLine> examine_store(const Host& host) {
  if (!host.store)
    return {lacking(line_of(HostCheck::store, "store", Need::required, "the directory of everything, closed to others"),
                    "no home directory: HOME is not set", advice("set HOME or SANDBOX_STORE"))};
  std::vector<DiagnosisLine> lines = {judge_store(*host.store), examine_space(existing_part(host.store->state()))};
  if (lines.front().state == "missing" || !host.has_store) return lines;
  lines.push_back(examine_debris());
  lines.push_back(examine_log(*host.store));
  return lines;
}

}  // namespace sandbox::tool
