// sandbox-reap ends sandboxes and reports what each one freed.
#include "cli/options.hpp"
#include "cli/tool_main.hpp"
#include "reap.hpp"

namespace {

int run(int argc, char** argv) {
  using namespace sandbox;
  tool::Options chosen;
  cli::Options options("sandbox-reap", "End sandboxes and report what each one freed");
  options.app().add_option("ID", chosen.targets, "Ids or names; without any, records are read from stdin");
  options.flag("--all", chosen.all, "Every sandbox of this store, and the templates of virtual machines");
  options.flag("--expired", chosen.expired, "Those whose time is over");
  options.flag("--orphans", chosen.orphans, "What dead supervisors and interrupted work left; made for cron");
  options.duration("--older-than", chosen.older_than, "Those that run for longer than this");
  options.pairs("-l,--label", chosen.labels, cli::Options::Bare::empty, "Those with this label; of several, all must match");
  options.flag("--images", chosen.images, "Images instead of sandboxes, with the layers that only they need");
  options.duration("--unused-for", chosen.unused_for, "With --images: those not used for so long");
  options.size("--keep-bytes", chosen.keep_bytes, "With --images: the longest unused, until what is left is no more than this");
  options.duration("--grace", chosen.grace, "Between SIGTERM and SIGKILL; default 2s, 0 kills at once");
  options.flag("-n,--dry-run", chosen.dry_run, "Only say what would be ended");
  options.output(chosen.output);
  options.examples({{"sandbox-reap sb-abcdefghij", "end one sandbox"},
                    {"sandbox-reap --orphans --expired", "what a cron job should do"},
                    {"sandbox-reap --label job=17 --grace 0", "all of one job, at once"},
                    {"sandbox-reap --images --unused-for 7d --dry-run", "which images could go"},
                    {"sandbox-reap --images --keep-bytes 20G", "the longest unused, until the rest is small enough"}});
  options.parse(argc, argv);
  return tool::reap(chosen);
}

}  // namespace

int main(int argc, char** argv) { return sandbox::cli::tool_main("sandbox-reap", argc, argv, run); }
