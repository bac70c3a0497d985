#include "log.hpp"

#include <fmt/format.h>

#include "audit/chain.hpp"
#include "audit/log.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "cli/human.hpp"
#include "config/config.hpp"
#include "cost.hpp"
#include "follow.hpp"
#include "human.hpp"
#include "index.hpp"
#include "life.hpp"
#include "store/sandboxes.hpp"
#include "verify.hpp"

namespace sandbox::tool {

namespace {

/// The log as it is at this moment.
class Reader {
 public:
  explicit Reader(const Path& directory) : files_(audit::take_files(directory)), index_(Index::open(directory, files_)) {}
  Reader(const Reader&) = delete;

  const Index& index() const { return index_; }
  const std::vector<audit::LogFile>& files() const { return files_; }

  std::vector<record::Entry> entries(const Query& query) const {
    std::vector<record::Entry> all;
    index_.each(query, [&](const record::Entry& entry, std::string_view) { all.push_back(entry); });
    return all;
  }

  /// The id, also of a name; throws when the log knows neither.
  std::string sandbox(const std::string& id_or_name) const {
    if (store::is_sandbox_id(id_or_name)) return id_or_name;
    if (auto id = index_.sandbox_named(id_or_name)) return *id;
    throw Error(ExitCode::input, fmt::format("no sandbox '{}' in the log", visible(id_or_name)), "sandbox-log --kind launch shows those that are");
  }

 private:
  std::vector<audit::LogFile> files_;
  Index index_;
};

void write_entry(const cli::Output& output, const record::Entry& entry, std::string_view line) {
  if (output.quiet) return write_all(1, fmt::format("{}\n", entry.number), "stdout");
  write_all(1, output.human() ? human(entry) : std::string(line) + "\n", "stdout");
}

void warn_of_damage(const Index& index) {
  if (const auto damaged = index.damaged(); damaged > 0)
    write_all(2, fmt::format("sandbox-log: {} lines of the log are not entries: see sandbox-log --verify\n", damaged), "stderr");
}

int show(const Path& directory, Options options) {
  const Reader reader(directory);
  if (options.query.sandbox) options.query.sandbox = reader.sandbox(*options.query.sandbox);
  reader.index().each(options.query, [&](const record::Entry& entry, std::string_view line) { write_entry(options.output, entry, line); });
  warn_of_damage(reader.index());
  if (!options.follow) return 0;
  follow(directory, reader.files(), [&](std::string_view line) {
    try {
      const auto entry = record::parse(line, "the log").get<record::Entry>();
      if (options.query.wants(entry)) write_entry(options.output, entry, line);
    } catch (const Error& error) {
      if (error.code() != ExitCode::input) throw;  // our stdout; a line that is no entry is a matter for --verify
    }
  });
  return 0;
}

int check(const Path& directory, const Options& options) {
  const record::Verified verified = audit::verify(audit::read_chain(audit::take_files(directory)), options.anchors);
  cli::put(options.output, verified, verified.head.value_or(""), [&] { return human(verified); });
  return static_cast<int>(verified.intact ? ExitCode::ok : ExitCode::no);
}

/// The entries of one sandbox; throws when there are none.
std::vector<record::Entry> life_of(const Reader& reader, const std::string& id, std::vector<std::string> kinds) {
  Query query;
  query.sandbox = id;
  std::vector<record::Entry> entries = reader.entries(query);
  if (entries.empty()) throw Error(ExitCode::input, fmt::format("no sandbox '{}' in the log", visible(id)), "sandbox-log --kind launch shows those that are");
  std::erase_if(entries, [&](const record::Entry& entry) { return std::find(kinds.begin(), kinds.end(), entry.kind) == kinds.end(); });
  return entries;
}

int write_replay(const Path& directory, const std::string& target) {
  const Reader reader(directory);
  const std::string id = reader.sandbox(target);
  write_all(1, replay(id, life_of(reader, id, {"launch", "command", "copy"})), "stdout");
  return 0;
}

int write_changes(const Path& directory, const Options& options) {
  const Reader reader(directory);
  for (const record::Entry& entry : life_of(reader, reader.sandbox(*options.changes), {"copy"}))
    write_entry(options.output, entry, record::dump(entry));
  return 0;
}

int write_costs(const Path& directory, Options options) {
  const Reader reader(directory);
  if (options.query.sandbox) options.query.sandbox = reader.sandbox(*options.query.sandbox);
  Costs costs(config::Config::load().prices);
  reader.index().each(options.query, [&](const record::Entry& entry, std::string_view) { costs.add(entry); });
  cli::Table table;
  table.row({*options.stats, "SANDBOXES", "COMMANDS", "FAILED", "LIFE", "CPU", "PEAK", "COST"});
  const bool human = options.output.human() && !options.output.quiet;
  for (const record::Cost& cost : costs.by(*options.stats, wall_now())) {
    if (!human) cli::put(options.output, cost, cost.key);
    const auto duration = [](double ms) { return duration_text(std::chrono::milliseconds(static_cast<std::int64_t>(ms))); };
    table.row({cost.key, fmt::format("{}", cost.sandboxes), fmt::format("{}", cost.commands), fmt::format("{}", cost.failed), duration(cost.life_ms), duration(cost.cpu_ms),
               cost.peak_bytes ? size_text(*cost.peak_bytes) : "-", cost.cost ? fmt::format("{:.4f} {}", *cost.cost, cost.currency.value_or("")) : "-"});
  }
  if (human) write_all(1, table.text(), "stdout");
  return 0;
}

/// Says nothing when there is nothing to do: cron would mail it.
int rotate(const Path& directory, const Options& options) {
  std::error_code error;
  if (!std::filesystem::exists(directory / audit::kCurrentName, error)) return 0;
  const config::LogSettings settings = config::Config::load().log;
  audit::Log log({directory, "sandbox-log", audit::actor_here()});
  const auto say = [&](const std::string& text) {
    if (options.output.human() && !options.output.quiet) write_all(1, text + "\n", "stdout");
  };
  if (log.put_aside(settings.rotate_bytes)) say("the log was put aside");
  if (settings.keep)
    for (const std::string& name : log.drop_older_than(std::chrono::system_clock::now() - *settings.keep)) say("dropped " + name);
  return 0;
}

}  // namespace

int read_log(Options options) {
  const Path directory = store::Store::open().log();
  if (options.verify) return check(directory, options);
  if (options.rotate) return rotate(directory, options);
  if (options.replay) return write_replay(directory, *options.replay);
  if (options.changes) return write_changes(directory, options);
  if (options.stats) return write_costs(directory, std::move(options));
  return show(directory, std::move(options));
}

}  // namespace sandbox::tool
