// sandbox-build: recipe → image.
#include "base/error.hpp"
#include "build_recipes.hpp"
#include "cli/interrupt.hpp"
#include "cli/options.hpp"
#include "cli/tool_main.hpp"
#include "compare.hpp"

namespace {

int run(int argc, char** argv) {
  sandbox::Request request;
  sandbox::cli::Options options("sandbox-build", "Build an image from a recipe");
  options.option("RECIPE", request.recipes, "", "A folder with recipe.yaml, or a recipe's name; with --diff an image")->required();
  options.flag("--check", request.check, "Only read and check the recipe");
  options.flag("--no-cache", request.no_cache, "Make every layer anew");
  options.flag("--update-lock", request.update_lock, "Take the newest of everything and write it to recipe.lock");
  options.option("--from-step", request.from_step, "STEP", "Make this step and those after it anew: its number or name");
  options.flag("--shell-on-failure", request.shell_on_failure, "Open a shell where a step failed; on a terminal only");
  options.option("--grant", request.steps.grant, "RULE", "Open this door if a step asks for it; all: every one")
      ->expected(1)
      ->take_all();
  options.option("--allow-cidr", request.steps.allow_cidr, "BLOCK", "Doors of steps may lead to these private addresses")
      ->expected(1)
      ->take_all();
  options.size("--memory", request.steps.limits.memory_bytes, "Memory of a step; default 4G");
  options.size("--disk", request.steps.limits.disk_bytes, "What a step may write; default 16G");
  options.option("--pids", request.steps.limits.pids, "N", "Processes and threads of a step; default 2048");
  options.option("--allow-missing", request.steps.allow_missing, "WALL", "Run steps although this wall cannot be raised")
      ->expected(1)
      ->take_all();
  options.option("--log", request.log, "FILE", "Write what the programs say to FILE");
  bool compares = false;
  options.flag("--diff", compares, "Build nothing: show what the second of two images has that the first has not, and the other way round");
  options.option("--export", request.export_to, "TARGET", "Then write the image to oci:DIRECTORY or oci-archive:FILE, for other tools");
  options.output(request.output);
  options.examples({{"sandbox-build busybox", "build the recipe that comes with the tools"},
                    {"sandbox-build ./recipes/mine | sandbox-launch", "build, then start a sandbox of it"},
                    {"sandbox-build busybox --export oci:busybox", "hand the image to other tools"}});
  options.parse(argc, argv);
  if (compares) {
    if (request.recipes.size() != 2) throw sandbox::Error(sandbox::ExitCode::input, "--diff needs two images");
    return sandbox::compare_images(request.recipes[0], request.recipes[1], request.output);
  }
  try {
    return sandbox::build_recipes(request);
  } catch (const sandbox::cli::Interrupted& interrupted) {
    sandbox::cli::end_by(interrupted);
  }
}

}  // namespace

int main(int argc, char** argv) { return sandbox::cli::tool_main("sandbox-build", argc, argv, run); }
