// sandbox-launch starts sandboxes from an image and prints the record of each.
#include "base/error.hpp"
#include "cli/options.hpp"
#include "cli/tool_main.hpp"
#include "launch_all.hpp"
#include "life/launch_options.hpp"

namespace {

int run(int argc, char** argv) {
  using namespace sandbox;
  tool::Options chosen;
  cli::Options options("sandbox-launch", "Start a sandbox from an image");
  options.app().add_option("IMAGE", chosen.image, "Name or digest; without it, image records are read from stdin");
  options.option("--name", chosen.name, "NAME", "A name to call it by, unique among those that run");
  options.option("--count", chosen.count, "N", "Start so many; each is a record")->check(CLI::Range(1, 1000));
  options.flag("--foreground", chosen.foreground, "Stay until it has ended; SIGTERM ends it");
  options.flag("--ssh", chosen.request.ssh, "A way in by SSH: a free port of the host from 2200 to 2299, with your public keys");
  options.option("--ssh-key", chosen.ssh_key, "FILE", "With it: this public key, instead of those in ~/.ssh and of your agent");
  options.flag("--wait-ready", chosen.wait_ready, "Return when something listens on every published port inside");
  options.duration("--ready-timeout", chosen.ready_timeout, "For how long --wait-ready waits; default 1m");
  life::add_launch_options(options, chosen.request);
  options.output(chosen.output);
  options.examples({{"sandbox-launch --ttl 10m busybox", "a sandbox that ends by itself after ten minutes"},
                    {"sandbox-build recipes/busybox | sandbox-launch | sandbox-exec --json -- id | sandbox-reap",
                     "the whole life in one line"},
                    {"sandbox-launch --publish 8080 --wait-ready shop", "a service of the image shop, reached from this host"},
                    {"sandbox-launch --memory 512M --pids 64 --label job=17 busybox", "with limits and a label"}});
  options.parse(argc, argv);
  return tool::launch_all(chosen);
}

}  // namespace

int main(int argc, char** argv) { return sandbox::cli::tool_main("sandbox-launch", argc, argv, run); }
