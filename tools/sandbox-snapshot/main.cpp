// sandbox-snapshot makes an image of what a sandbox has written, and prints its record.
#include "cli/options.hpp"
#include "cli/tool_main.hpp"
#include "snapshot.hpp"

namespace {

int run(int argc, char** argv) {
  using namespace sandbox;
  tool::Options chosen;
  cli::Options options("sandbox-snapshot", "Make an image of a running sandbox, which stands still only meanwhile");
  options.app().add_option("ID", chosen.targets, "Ids or names; without any, records are read from stdin");
  options.option("--name", chosen.name, "NAME", "Of the image; default: that of the sandbox's image with -snapshot");
  options.output(chosen.output);
  options.examples({{"sandbox-snapshot sb-abcdefghij --name ready", "an image 'ready' of its files"},
                    {"sandbox-launch ready --count 20", "twenty sandboxes that go on from there"}});
  options.parse(argc, argv);
  return tool::snapshot(chosen);
}

}  // namespace

int main(int argc, char** argv) { return sandbox::cli::tool_main("sandbox-snapshot", argc, argv, run); }
