// sandbox-log reads, checks and keeps the audit log.
#include "base/error.hpp"
#include "cli/options.hpp"
#include "cli/tool_main.hpp"
#include "log.hpp"

namespace {

using namespace sandbox;

/// Combinations that would mean nothing are refused before anything is read.
void check(const tool::Options& chosen) {
  const auto refuse = [](bool wrong, const char* problem, const char* hint) {
    if (wrong) throw Error(ExitCode::input, problem, hint);
  };
  const int deeds = chosen.verify + chosen.rotate + chosen.replay.has_value() + chosen.changes.has_value() + chosen.stats.has_value();
  refuse(deeds > 1, "--verify, --rotate, --replay, --changes and --stats exclude each other", "call it twice");
  refuse(!chosen.anchors.empty() && !chosen.verify, "--anchor goes with --verify", "sandbox-log --verify --anchor HEAD");
  refuse(chosen.follow && deeds > 0, "--follow only shows entries", "leave out the other");
}

int run(int argc, char** argv) {
  tool::Options chosen;
  cli::Options options("sandbox-log", "Read, check and keep the audit log");
  const auto moment = [](std::optional<std::string>& into) {
    return [&into](const std::string& text) { into = tool::parse_moment(text, wall_now()); };
  };
  const auto take_anchor = [&chosen](const std::vector<std::string>& heads) {
    for (const std::string& head : heads) chosen.anchors.push_back(audit::parse_head(head));
  };
  options.app().add_option_function<std::string>("--since", moment(chosen.query.since), "Entries from then on: 2026-11-20, or 2h for two hours ago")->type_name("TIME");
  options.app().add_option_function<std::string>("--until", moment(chosen.query.until), "Entries before then")->type_name("TIME");
  options.option("--sandbox", chosen.query.sandbox, "ID", "Entries of this sandbox, by id or name");
  options.option("--kind", chosen.query.kinds, "KIND", "Entries of this kind")
      ->expected(1)->take_all()
      ->check(CLI::IsMember(std::vector<std::string>(record::kEventKinds.begin(), record::kEventKinds.end())));
  options.option("--actor", chosen.query.actor, "NAME", "Entries of this actor, by name or user id");
  options.flag("-f,--follow", chosen.follow, "Go on with the entries that come");
  options.flag("--verify", chosen.verify, "Check that the log is what was written; exit 1 names the first entry that is not");
  options.app().add_option_function<std::vector<std::string>>("--anchor", take_anchor, "With --verify: a head that was published")->type_name("HEAD")->expected(1)->take_all();
  options.option("--replay", chosen.replay, "ID", "Print the commands of a sandbox's life as a script");
  options.option("--changes", chosen.changes, "ID", "What was copied into a sandbox and out of it");
  options.option("--stats", chosen.stats, "BY", "Use and cost by sandbox, label or day")->check(CLI::IsMember({"sandbox", "label", "day"}));
  options.flag("--rotate", chosen.rotate, "Put a large file aside and drop old ones, as configured; for cron");
  options.output(chosen.output);
  options.examples({{"sandbox-log --since 2h --kind error", "what went wrong lately"},
                    {"sandbox-log --verify", "is it what was written?"},
                    {"sandbox-log --stats day", "what each day used"}});
  options.parse(argc, argv);
  check(chosen);
  return tool::read_log(std::move(chosen));
}

}  // namespace

int main(int argc, char** argv) { return cli::tool_main("sandbox-log", argc, argv, run); }
