// sandbox-change changes a sandbox that runs, and prints its record as it is then.
#include "change.hpp"
#include "cli/options.hpp"
#include "cli/tool_main.hpp"
#include "life/launch_options.hpp"

namespace {

int run(int argc, char** argv) {
  using namespace sandbox;
  tool::Options chosen;
  cli::Options options("sandbox-change", "Change a sandbox that runs");
  options.app().add_option("ID", chosen.targets, "Ids or names; without any, records are read from stdin");
  options.option("--ttl", chosen.ttl, "TIME", "End it after so long from now, +TIME: so much later, none: never");
  options.option("--idle", chosen.idle, "TIME", "End it after so long without a command, or none");
  options.pairs("-l,--label", chosen.labels, cli::Options::Bare::empty, "Set a label");
  options.option("--unlabel", chosen.unlabel, "NAME", "Remove a label")->expected(1)->take_all();
  options.flag("--pause", chosen.pause, "Everything inside stands still");
  options.flag("--resume", chosen.resume, "It goes on");
  options.size("--memory", chosen.limits.memory_bytes, "Memory of all its processes together");
  options.size("--disk", chosen.limits.disk_bytes, "Everything written, together");
  options.option("--pids", chosen.limits.pids, "N", "Processes and threads");
  options.option("--cpus", chosen.limits.cpus, "N", "Processor time, in processors: 0.5, 2");
  options.option("--allow", chosen.allow, "RULE", "Open a door, as with sandbox-launch")->expected(1)->take_all();
  options.option("--allow-cidr", chosen.allow_cidr, "BLOCK", "Doors may lead to these private addresses")->expected(1)->take_all();
  options.option("--close", chosen.close, "RULE", "Close a door; what goes through it ends")->expected(1)->take_all();
  options.words("--allow", life::known_rules());
  options.flag("--close-all", chosen.close_all, "Close all doors; those of --allow are opened then");
  options.option("-p,--publish", chosen.publish, "PORT[:HOSTPORT]", "Let connections to a port of the host in, as with sandbox-launch")->expected(1)->take_all();
  options.option("--bind", chosen.bind, "ADDRESS", "Of the host, for --publish; default: 127.0.0.1");
  options.option("--unpublish", chosen.unpublish, "PORT", "Shut a port, named as it is inside; what goes through it ends")->expected(1)->take_all();
  options.flag("--dry-run", chosen.dry_run, "Change nothing; say what would be");
  options.output(chosen.output);
  options.examples({{"sandbox-change sb-abcdefghij --ttl +1h", "one hour more"},
                    {"sandbox-change sb-abcdefghij --close-all", "install, then close the network"},
                    {"sandbox-change sb-abcdefghij --allow files.example.org", "one door more"}});
  options.parse(argc, argv);
  return tool::change(chosen);
}

}  // namespace

int main(int argc, char** argv) { return sandbox::cli::tool_main("sandbox-change", argc, argv, run); }
