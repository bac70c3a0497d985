// sandbox-list shows sandboxes, or images, with their live usage.
#include "cli/options.hpp"
#include "cli/tool_main.hpp"
#include "list.hpp"

namespace {

int run(int argc, char** argv) {
  using namespace sandbox;
  tool::Options chosen;
  cli::Options options("sandbox-list", "List sandboxes or images, with live usage");
  options.app().add_option("ID", chosen.targets, "Only these, by id or name");
  options.pairs("-l,--label", chosen.labels, cli::Options::Bare::empty, "Only those with this label");
  options.option("--state", chosen.state, "STATE", "running, starting, orphaned, ended (the last 24 h), all")
      ->check(CLI::IsMember({"running", "paused", "starting", "orphaned", "ended", "all"}));
  options.flag("--images", chosen.images, "Images instead of sandboxes");
  options.flag("--ssh-config", chosen.ssh_config, "For ssh_config(5): how to reach the named ones by SSH; lets your public keys in");
  options.option("--ssh-key", chosen.ssh_key, "FILE", "With it: this public key, instead of those in ~/.ssh and of your agent");
  options.flag("--watch", chosen.watch, "Refresh every two seconds, on a terminal");
  options.output(chosen.output);
  options.examples({{"sandbox-list", "those that run, with age, time left and usage"},
                    {"sandbox-list --label job=17 -q | xargs -r sandbox-reap", "ids for other commands"},
                    {"sandbox-list --state ended", "what ended in the last day, and why"},
                    {"sandbox-list demo --ssh-config >>~/.ssh/config", "so that ssh demo leads into the sandbox demo"},
                    {"sandbox-list --images", "what sandbox-launch can start"}});
  options.parse(argc, argv);
  return tool::list(chosen);
}

}  // namespace

int main(int argc, char** argv) { return sandbox::cli::tool_main("sandbox-list", argc, argv, run); }
